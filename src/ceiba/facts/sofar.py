"""The facts of months that are still open, kept up with the evidence as it comes: to be looked at, not paid by."""

from datetime import datetime
from typing import Final

import polars as pl
from django.db import transaction
from psycopg import sql

from ceiba.core.facts import EVIDENCE_FACTS, MONTH_FACTS
from ceiba.core.facts.building import month_facts
from ceiba.core.facts.catalogue import RECORD_FACTS
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.evidence.selectors import evidence_frames
from ceiba.facts.models import FactsSoFar, MonthFacts
from ceiba.frames.postgres import execute, temp_frame
from ceiba.registry.selectors import documents_required_and_held, register_facts
from ceiba.rulebook.selectors import programmes

_ROWS: Final = FrameSchema(
    "facts so far",
    tuple(column for column in MONTH_FACTS if column.name in ("participant_id", *EVIDENCE_FACTS)),
    key=("participant_id",),
)
_NAMES: Final = sql.SQL(", ").join(map(sql.Identifier, EVIDENCE_FACTS))
_SETS: Final = sql.SQL(", ").join(
    sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in EVIDENCE_FACTS
)
_MERGE: Final = sql.SQL(
    "INSERT INTO facts_factssofar (programme_id, month, participant_id, updated_at, {names})"
    " SELECT %(programme)s, %(month)s, participant_id, %(now)s, {names} FROM so_far ORDER BY participant_id"
    " ON CONFLICT (month, participant_id, programme_id) DO UPDATE SET updated_at = EXCLUDED.updated_at, {sets}"
).format(names=_NAMES, sets=_SETS)


def facts_so_far(*, touched: pl.DataFrame, now: datetime) -> int:
    """Draw the facts of `touched` (participant_id, month) again where the month is open; returns how many rows.

    Of each programme, whoever was active on the month's first day. In transactions of its own.
    """
    done = 0
    for (first_day,), rows in touched.partition_by("month", as_dict=True).items():
        month = Month.of(first_day)
        people = rows["participant_id"].unique().sort()
        for programme in (known.code for known in programmes()):
            if not MonthFacts.objects.filter(programme=programme, month=first_day, revision=0).exists():
                with transaction.atomic():
                    done += _drawn(programme, month, people, now)
    return done


def so_far_at() -> datetime | None:
    """When the facts so far were last drawn: what was taken since may not be in them."""
    return FactsSoFar.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()


def so_far_of(participant_id: int) -> list[FactsSoFar]:
    """What the evidence says until now of a person's open months, the latest first."""
    rows = FactsSoFar.objects.filter(participant_id=participant_id).order_by("-month")
    decided = MonthFacts.objects.filter(participant_id=participant_id, revision=0)
    closed = set(decided.values_list("programme_id", "month"))
    return [row for row in rows if (row.programme_id, row.month) not in closed]


def _drawn(programme: str, month: Month, people: pl.Series, now: datetime) -> int:
    register = register_facts(programme, month, now, people.to_list())
    if register.is_empty():
        return 0
    who = register["participant_id"]
    facts = month_facts(
        register,
        evidence_frames(who, COMBINATIONS, month, now),
        RECORD_FACTS.empty(),
        documents_required_and_held(programme, month.first_day, people=who.to_list()),
        month,
        now,
    )
    temp_frame("so_far", _ROWS, facts.select(_ROWS.names))
    return execute(_MERGE, {"programme": programme, "month": month.first_day, "now": now})
