"""Reads service records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from django.db.models import Count, F, Q, QuerySet
from psycopg import sql

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.disclosure import disclosed
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.service_record import SUMMARY
from ceiba.frames.postgres import read_frame
from ceiba.registry.selectors import PAGE_ROWS, participants_in
from ceiba.service_record.models import ServiceRecord

GOAL: Final = 36


def records_of(
    programme: str, columns: FrameSchema = SUMMARY, people: Sequence[int] | None = None
) -> pl.DataFrame:
    """Everyone's record with its counts, sorted by participant, or of some `people`, or fewer `columns` of it."""
    query = sql.SQL(
        "SELECT {} FROM service_record_servicerecord WHERE programme_id = %(programme)s"
        " AND (%(people)s::bigint[] IS NULL OR participant_id = ANY(%(people)s::bigint[]))"
    ).format(sql.SQL(", ").join(map(sql.Identifier, columns.names)))
    return read_frame(query, {"programme": programme, "people": people}, columns).sort(columns.key)


def records_of_person(participant_id: int) -> dict[str, ServiceRecord]:
    """A person's record in each programme."""
    return {
        record.programme_id: record for record in ServiceRecord.objects.filter(participant_id=participant_id)
    }


def accepted_distribution(programme: str, scope: Scope) -> dict[int, int | None]:
    """How many people have 0, 1, 2, ... months accepted (everything from `GOAL` on together).

    None where a number is kept back. Counted over the areas of the scope for a funder, who sees no person.
    """
    counted = dict(
        _records(programme, scope)
        .values_list("months_accepted")
        .annotate(people=Count("participant_id"))
        .order_by()
    )
    row = [counted.get(months, 0) for months in range(GOAL)]
    row.append(sum(people for months, people in counted.items() if months >= GOAL))
    return {months: disclosed(people, scope.cell_min) for months, people in enumerate(row)}


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of records, most months first, and the key after which the next one begins."""

    rows: tuple[ServiceRecord, ...]
    next: str | None


def record_page(programme: str, scope: Scope, *, most: int | None = None, after: str = "") -> RecordPage:
    """Records by months accepted, the most first; `most` begins at that number of months.

    `after` is the key (months-number) a page ended on.
    """
    rows = _records(programme, scope)
    if most is not None and most < GOAL:
        rows = rows.filter(months_accepted__lte=most)
    months, _, number = after.partition("-")
    if months.isdigit() and number.isdigit():
        rows = rows.filter(
            Q(months_accepted__lt=int(months))
            | Q(months_accepted=int(months), participant_id__gt=int(number)),
            months_accepted__lte=int(months),
        )
    ordered = rows.select_related("participant__area", "participant__group")
    found = tuple(ordered.order_by(F("months_accepted").desc(), "participant_id")[: PAGE_ROWS + 1])
    last = found[PAGE_ROWS - 1] if len(found) > PAGE_ROWS else None
    return RecordPage(found[:PAGE_ROWS], f"{last.months_accepted}-{last.participant_id}" if last else None)


def _records(programme: str, scope: Scope) -> QuerySet[ServiceRecord]:
    records = ServiceRecord.objects.filter(programme=programme)
    if scope.cell_min:  # a funder reaches no person, but counts in the areas
        return records.filter(scope.areas_q("participant__area__code"))
    return records.filter(participant_id__in=participants_in(scope).values("pk"))
