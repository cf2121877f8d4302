"""Raises flags on submissions and keeps them; a person may dismiss one, and say why."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.flags import (
    FLAGS,
    FlagLimits,
    accuracy_zero,
    copied_counts,
    duplicate_photos,
    impossible_speed,
    near_photos,
    odd_hours,
    outside,
    shared_device,
    shared_phone,
)
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import Query, execute, temp_frame
from ceiba.review.models import Flag, InTray
from ceiba.review.selectors.context import counts, photos, photos_known, placed, sightings
from ceiba.review.services.records import flag_records_write
from ceiba.review.services.tray import tray_batch, tray_flags_refresh, tray_refresh

register_messages(
    {
        "review.flag_needs_why": {
            "es": "Escriba por qué descarta la señal: quien la vea después debe entenderlo.",
            "en": "Write why you dismiss the flag: whoever sees it later must understand.",
        },
        "review.flag_dismissed": {
            "es": "Otra persona ya descartó esta señal. Vuelva a cargar la página.",
            "en": "Somebody has dismissed this flag already. Load the page again.",
        },
    }
)

LIMITS: Final = FlagLimits()
WHY_MAX: Final = 1_000
_WRITE: Final[Query] = (Path(__file__).parents[1] / "sql" / "flags_write.sql").read_text()  # type: ignore[assignment]  # our own file
_FOUND: Final = FrameSchema(
    "flags_found",
    (
        Column("submission_id", pl.Int64),
        Column("flag", pl.String),
        Column("other_ids", pl.String),
        Column("detail", pl.String),
    ),
)


def flags_compute(*, submissions: Iterable[int], now: datetime, limits: FlagLimits = LIMITS) -> int:
    """Put submissions into the tray and raise the flags that need no photo; how many flags were found.

    At most a thousand at a time. The others that a flag is drawn from get theirs in the same act. Done again, it
    changes nothing. In one transaction, and quick enough to follow on the taking of evidence.
    """
    ids = sorted(set(submissions))
    if not ids:
        return 0
    with transaction.atomic():
        tray_refresh(submissions=ids)
        with tray_batch(ids):
            found = _found(limits)
        _write(found, now)
    return found.height


def photo_flags_compute(*, submissions: Iterable[int], now: datetime, limits: FlagLimits = LIMITS) -> int:
    """Raise the flags of photos that have been read (`review.services.photos`); how many were found."""
    ids = sorted(set(submissions))
    if not ids:
        return 0
    with transaction.atomic():
        with tray_batch(ids):
            new = photos()
            known = photos_known(new, limits.photo_distance_bits)
        like = near_photos(new, known, limits.photo_distance_bits, limits.photo_pairs_max)
        found = pl.concat([duplicate_photos(new, known), like])
        _write(found, now)
        InTray.objects.filter(pk__in=ids).update(looked_at=now)
    return found.height


def flag_dismiss(*, flag: Flag, why: str, by: User, now: datetime) -> None:
    """Say that a flag does not hold, and why. The flag stays, dismissed.

    Raises CeibaError (review.flag_needs_why, review.flag_dismissed, review.own). The caller has checked the scope.
    """
    why = why.strip()[:WHY_MAX]
    if not why:
        raise CeibaError(Problem("review.flag_needs_why"))
    if InTray.objects.filter(pk=flag.submission_id, user_id=by.pk).exists():
        raise CeibaError(Problem("review.own"))
    with transaction.atomic():
        held = Flag.objects.filter(pk=flag.pk, dismissed_at__isnull=True)
        if not held.update(dismissed_at=now, dismissed_by=by, dismissed_why=why):
            raise CeibaError(Problem("review.flag_dismissed"))
        with tray_batch([flag.submission_id]):
            tray_flags_refresh()
        flag_records_write(flags=[flag.pk], now=now)
        event_record(
            actor=by,
            action="review.flag_dismissed",
            subject=f"submission {flag.submission_id}",
            detail={"flag": flag.flag},
        )


def _found(limits: FlagLimits) -> pl.DataFrame:
    """The flags of tray_batch that need no photo."""
    seen = sightings()
    should = placed(seen)
    return pl.concat(
        [
            accuracy_zero(seen),
            odd_hours(seen, limits.hour_from, limits.hour_until),
            outside("outside_plot", should.sightings, should.plots, limits.plot_margin_m),
            outside("outside_area", should.sightings, should.areas, limits.area_margin_m),
            impossible_speed(seen, limits.speed_km_h, limits.speed_slack_m),
            shared_device(seen, limits.shared_minutes),
            shared_phone(seen),
            copied_counts(counts(), limits.copied_people, limits.copied_numbers),
        ]
    ).unique(["submission_id", "flag"], keep="first", maintain_order=True)


def _write(found: pl.DataFrame, now: datetime) -> None:
    """Keep the flags, put them on the tray, and write those that are new down as evidence."""
    if found.is_empty():
        return
    text = pl.lit("{") + pl.col("other_ids").cast(pl.List(pl.String)).list.join(",") + pl.lit("}")
    temp_frame("flags_found", _FOUND, FLAGS.check(found).with_columns(other_ids=text))
    execute(_WRITE, {"now": now})
    ids = found["submission_id"].unique().to_list()
    with tray_batch(ids):
        tray_flags_refresh()
    fresh = Flag.objects.filter(submission__in=ids, computed_at=now, dismissed_at__isnull=True)
    flag_records_write(flags=list(fresh.values_list("pk", flat=True)), now=now)
