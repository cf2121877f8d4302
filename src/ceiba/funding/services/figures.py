"""Counts the figures of agreements whose money has moved, and keeps them."""

import io
import time
from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.db import transaction

from ceiba.funding.models import Agreement, Figures
from ceiba.funding.selectors.agreements import standing
from ceiba.funding.selectors.figures import (
    Figure,
    decided_last,
    figures_now,
    places_stamp,
    stamp_of,
    stamps_of,
)
from ceiba.funding.selectors.forecast import NEED_NAME, need_counted, need_kept, need_stamp


def figures_due(figures: Sequence[Figure]) -> list[Agreement]:
    """The agreements of which some figures were never counted, or are not so any more."""
    agreements = list(standing(Agreement).order_by("code"))
    stamps, places = stamps_of(agreements), places_stamp()
    kept = Figures.objects.filter(name__in=[each.name for each in figures], places=places)
    right = [each.subject for each in kept.defer("rows") if each.stamp == stamps.get(each.subject)]
    return [each for each in agreements if each.code in stamps and right.count(each.code) < len(figures)]


@transaction.atomic
def figures_count(*, agreement: Agreement, figures: Sequence[Figure], at: datetime) -> bool:
    """Count an agreement's figures and keep them, unless its money moves meanwhile; returns whether they were kept.

    Nobody who books is kept waiting: what was counted is thrown away if the fund's stamp is another afterwards.
    """
    started = time.monotonic()
    stamp, places, decided = stamp_of(agreement), places_stamp(), decided_last(agreement.programme_id)
    counted = figures_now(agreement, figures)
    if stamp_of(agreement) != stamp:
        return False
    took_ms = round((time.monotonic() - started) * 1_000)
    for name, rows in counted.items():
        values = {
            "stamp": stamp,
            "places": places,
            "decided": decided,
            "counted_at": at,
            "took_ms": took_ms,
            "rows": _parquet(rows),
        }
        Figures.objects.update_or_create(subject=agreement.code, name=name, defaults=values)
    return True


def need_count(*, programme: str, at: datetime) -> bool:
    """Count what the coming months of a programme need, where a month was decided since; returns whether it was."""
    decided = decided_last(programme)
    if decided is None or need_kept(programme, decided) is not None:
        return False
    started = time.monotonic()
    rows = need_counted(programme, decided)
    values = {
        "stamp": need_stamp(programme, decided),
        "places": 0,
        "decided": decided,
        "counted_at": at,
        "took_ms": round((time.monotonic() - started) * 1_000),
        "rows": _parquet(rows),
    }
    Figures.objects.update_or_create(subject=programme, name=NEED_NAME, defaults=values)
    return True


def _parquet(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
