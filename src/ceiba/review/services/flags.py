"""Raises flags on submissions, and keeps them."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.db import transaction

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
    outside_portfolio,
    shared_device,
    shared_phone,
)
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import execute, temp_frame
from ceiba.review.models import Flag, InTray
from ceiba.review.selectors.context import counts, photos, photos_known, placed, sightings, strangers
from ceiba.review.services.records import flag_records_write
from ceiba.review.services.tray import tray_batch, tray_flags_refresh, tray_refresh

LIMITS: Final = FlagLimits()
_WRITE: Final = (Path(__file__).parents[1] / "sql" / "flags_write.sql").read_text()
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
            outside_portfolio(strangers()),
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
