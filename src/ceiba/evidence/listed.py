"""Evidence for an audit pack: the hashes of a month and area, and the records that one participant-month rests on."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import polars as pl
from django.db import transaction
from django.db.models import Q

from ceiba.core.evidence import KINDS
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Evidence
from ceiba.evidence.selectors import PEOPLE_MONTHS, evidence_frames
from ceiba.frames.postgres import read_frame, read_queryset, temp_frame

LISTED: Final = FrameSchema(
    "evidence by its hash",
    (
        Column("kind", pl.String),
        Column("key", pl.String),
        Column("participant_id", pl.Int64, True, "null: of an area"),
        Column("area", pl.String, True),
        Column("month", pl.Date),
        Column("received_at", pl.Datetime("us", "UTC")),
        Column("sha256", pl.Binary, meaning="of its canonical text (core.intake)"),
    ),
    ("kind", "key"),
)
_COLUMNS: Final = "e.kind, e.key, e.participant_id, e.area_code AS area, e.month, e.received_at, e.sha256"
_QUERY: Final = f"""
    SELECT {_COLUMNS} FROM evidence_evidence e
    JOIN pack_pairs w ON w.participant_id = e.participant_id AND w.month = e.month
    WHERE e.received_at <= %(cutoff)s
    UNION ALL SELECT {_COLUMNS} FROM evidence_evidence e
    WHERE e.participant_id IS NULL AND e.kind = ANY(%(kinds)s) AND e.month = %(month)s
        AND e.received_at <= %(cutoff)s
        AND (starts_with(e.area_code, %(area)s) OR starts_with(%(area)s, e.area_code))
"""  # noqa: S608 - columns are constant


def evidence_listed(pairs: pl.DataFrame, area: str, month: date, cutoff: datetime) -> pl.DataFrame:
    """`LISTED`: what was received by `cutoff` about these people and months (`PEOPLE_MONTHS`), and about the area,
    what is in it and around it in `month`.
    """
    kinds = [kind.code for kind in KINDS.values() if not kind.of_person]
    with transaction.atomic():
        temp_frame("pack_pairs", PEOPLE_MONTHS, pairs.unique())
        params = {"cutoff": cutoff, "month": month, "area": area, "kinds": kinds}
        return read_frame(_QUERY, params, LISTED).sort(LISTED.key)


def records_listed(records: Iterable[Evidence]) -> pl.DataFrame:
    """`LISTED` of records."""
    names = ("kind", "key", "participant_id", "area_code", "month", "received_at", "sha256")
    rows = Evidence.objects.filter(pk__in=[record.pk for record in records])
    return read_queryset(rows.values_list(*names), LISTED).sort(LISTED.key)


def records_bearing(people: Iterable[int], month: Month, cutoff: datetime) -> list[Evidence]:
    """The records about these people that can bear on a month's facts, or are of that month, received by `cutoff`.

    By person, then kind and key.
    """
    who = pl.Series(list(people), dtype=pl.Int64)
    kinds = [kind for kind in COMBINATIONS if KINDS[kind].of_person]
    found = evidence_frames(who, kinds, month, cutoff)
    bearing = Q(month=month.first_day)
    for kind, rows in found.items():
        bearing |= Q(kind=kind, key__in=rows["key"].to_list())
    records = Evidence.objects.filter(bearing, participant__in=who.to_list(), received_at__lte=cutoff)
    prefetched = records.select_related("participant", "submission").prefetch_related(
        "submission__attachments"
    )
    return list(prefetched.order_by("participant_id", "kind", "key"))
