"""Reads facts: the snapshot of a month, what late evidence may change, and the evidence behind a fact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl

from ceiba.core.facts import MONTH_FACTS
from ceiba.core.facts.catalogue import DOCUMENTS
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.facts.tracing import kinds_of, trace
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Evidence
from ceiba.evidence.selectors import evidence_frames
from ceiba.facts.models import MonthFacts
from ceiba.frames.postgres import read_frame
from ceiba.registry.selectors import documents_required_and_held

_LATE_SQL: Final = (Path(__file__).parent / "sql" / "late.sql").read_text()
_COLUMNS: Final = ", ".join(
    {"area": "area_code AS area", "group": "nullif(group_code, '') AS \"group\""}.get(name, name)
    for name in MONTH_FACTS.names
)

LATE: Final = FrameSchema(
    "late evidence",
    (
        Column("participant_id", pl.Int64),
        Column("month", pl.Date, meaning="an earlier month, decided already, that it may change"),
        Column("kind", pl.String),
        Column("evidence_id", pl.Int64),
    ),
    key=("participant_id", "month", "evidence_id"),
)
REVISED: Final = FrameSchema(
    "revised facts",
    (
        Column("month", pl.Date),
        Column("revision", pl.Int16, meaning="1 or more"),
        *MONTH_FACTS.columns,
    ),
    key=("participant_id", "month", "revision"),
)


class MonthRun(Protocol):
    """What the facts need to know of the run of a month (`runs.Run`)."""

    @property
    def pk(self) -> Any: ...  # noqa: D102 - the names say it
    @property
    def programme_id(self) -> str: ...  # noqa: D102
    @property
    def month(self) -> date: ...  # noqa: D102
    @property
    def cutoff(self) -> datetime: ...  # noqa: D102


def snapshot(run: MonthRun) -> pl.DataFrame:
    """The facts that the month of `run` is decided on (`MONTH_FACTS`, sorted by participant_id)."""
    query = (
        f"SELECT {_COLUMNS} FROM facts_monthfacts"  # noqa: S608 - the columns are the catalogue's
        " WHERE programme_id = %(programme)s AND month = %(month)s AND revision = 0"
    )
    return read_frame(query, {"programme": run.programme_id, "month": run.month}, MONTH_FACTS).sort(
        MONTH_FACTS.key
    )


def month_facts(programme: str, month: date, names: Iterable[str]) -> pl.DataFrame:
    """Some facts of a month as it was decided: participant_id, area and the facts `names`, in no order."""
    wanted = ("participant_id", "area", *names)
    schema = FrameSchema("some facts", tuple(c for c in MONTH_FACTS if c.name in wanted))
    columns = ", ".join({"area": "area_code AS area"}.get(name, name) for name in schema.names)
    query = (
        f"SELECT {columns} FROM facts_monthfacts"  # noqa: S608 - the columns are the catalogue's
        " WHERE programme_id = %(programme)s AND month = %(month)s AND revision = 0"
    )
    return read_frame(query, {"programme": programme, "month": month}, schema)


def late_snapshot(run: MonthRun) -> pl.DataFrame:
    """The facts of earlier months as `run` found them changed (`REVISED`, sorted by its key)."""
    query = (
        f"SELECT month, revision, {_COLUMNS} FROM facts_monthfacts"  # noqa: S608
        " WHERE run_id = %(run)s AND revision > 0"
    )
    return read_frame(query, {"run": run.pk}, REVISED).sort(REVISED.key)


def facts_before(run: MonthRun, pairs: pl.DataFrame) -> pl.DataFrame:
    """The latest facts of earlier months as `run` found them (`REVISED`, revision 0 or more).

    `pairs` has participant_id and month.
    """
    query = (
        f"SELECT DISTINCT ON (month, participant_id) month, revision, {_COLUMNS} FROM facts_monthfacts"  # noqa: S608
        " JOIN unnest(%(people)s::bigint[], %(months)s::date[]) AS pair (who, at)"
        " ON who = participant_id AND at = month"
        " WHERE programme_id = %(programme)s AND run_id <> %(run)s ORDER BY month, participant_id, revision DESC"
    )
    unique = pairs.select("participant_id", "month").unique()
    params = {
        "people": unique["participant_id"].to_list(),
        "months": unique["month"].to_list(),
        "programme": run.programme_id,
        "run": run.pk,
    }
    return read_frame(query, params, REVISED)


def late_evidence(
    programme: str, after: datetime, until: datetime, oldest: Month, month: Month
) -> pl.DataFrame:
    """What evidence received in (`after`, `until`] may change in the months from `oldest` to before `month`.

    The answer (`LATE`, sorted by its key) holds people and months that have been decided. A record bears on its own
    month or on all from there on, as its kind combines; a correction, also on the months of what it corrects; a
    notice of death, from the month of the death on; the receipt of a list, on everyone in its area.
    """
    params = {
        "programme": programme,
        "after": after,
        "until": until,
        "oldest": oldest.first_day,
        "month": month.first_day,
        "kinds": list(COMBINATIONS),
        "onward": [kind for kind, combination in COMBINATIONS.items() if combination.onward],
    }
    return read_frame(_LATE_SQL, params, LATE).sort(LATE.key)


def late_causes(late: pl.DataFrame) -> pl.DataFrame:
    """participant_id, month and `causes`: the ids of the evidence of `late` (`LATE`), a list in order."""
    return late.group_by("participant_id", "month").agg(causes=pl.col("evidence_id").unique().sort())


def facts_decided_on(programme: str, month: date, participant_id: int, revision: int) -> MonthFacts:
    """What a revision of a person-month was decided on. Raises MonthFacts.DoesNotExist."""
    return MonthFacts.objects.select_related("run").get(
        programme=programme, month=month, participant_id=participant_id, revision=revision
    )


def facts_row(facts: MonthFacts) -> pl.DataFrame:
    """One row of `MONTH_FACTS`, to be decided on again."""
    values = {name: getattr(facts, name) for name in MONTH_FACTS.names if name not in ("area", "group")}
    values |= {"area": facts.area_code, "group": facts.group_code or None}
    return MONTH_FACTS.check(pl.DataFrame([values], schema=dict(MONTH_FACTS.dtypes)))


@dataclass(frozen=True, slots=True)
class Traced:
    """A record of evidence behind a fact, and whether it counts (`core.facts.standing`)."""

    record: Evidence
    standing: str

    @property
    def counts(self) -> bool:
        """Whether the fact was drawn from it."""
        return self.standing == "counts"


def trace_of(facts: MonthFacts, fact: str) -> list[Traced]:
    """The evidence of `fact` in one participant-month, as it was known at the cut-off of the run that built it.

    Those that count first, then the others in order of time. None for a fact of the register or of earlier months.
    Raises KeyError for a name that is not in the catalogue.
    """
    kinds, month = kinds_of(fact), Month.of(facts.month)
    person = pl.DataFrame(
        {
            "participant_id": [facts.participant_id],
            "area": [facts.area_code],
            "enrolled_months": [facts.enrolled_months],  # type: ignore[attr-defined]  # a column of the catalogue
        },
        schema={"participant_id": pl.Int64, "area": pl.String, "enrolled_months": pl.Int32},
    )
    documents = DOCUMENTS.empty()
    if "document_check" in kinds:
        documents = documents_required_and_held(facts.programme_id, month.first_day, [facts.participant_id])
    evidence = evidence_frames(person["participant_id"], kinds, month, facts.run.cutoff)
    traced = trace(fact, evidence, person, documents, month)
    standings = dict(zip(zip(traced["kind"], traced["key"], strict=True), traced["standing"], strict=True))
    records = Evidence.objects.filter(kind__in=kinds, key__in=traced["key"].to_list()).select_related(
        "drop", "submission"
    )
    found = [Traced(r, standings[r.kind, r.key]) for r in records if (r.kind, r.key) in standings]
    return sorted(found, key=lambda t: (not t.counts, t.record.month, t.record.observed_at, t.record.key))
