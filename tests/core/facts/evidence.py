"""Evidence as the tests of facts write it down, and as hypothesis invents it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from ceiba.core.evidence import KINDS, LISTS, EvidenceKind
from ceiba.core.facts.building import month_facts
from ceiba.core.facts.catalogue import DOCUMENTS, RECORD_FACTS, REGISTER_FACTS
from ceiba.core.kernel.month import Month
from tests.core.helpers import frame

MARCH = Month(2026, 3)
CUTOFF = datetime(2026, 4, 5, 6, tzinfo=UTC)

BODY: Mapping[str, Mapping[str, object]] = {
    "visit": {"plan_due": 10, "plan_done": 9, "accuracy_m": 5},
    "attendance": {"sessions_held": 4, "sessions_attended": 3},
    "planting": {"plant_class": "fruit", "plants": 300},
    "survival": {"sampled": 100, "alive": 80, "replanted": 0},
    "land_check": {"forest_m2": 0, "possession": True},
    "document_check": {"document": "id", "held": True},
    "proof_of_life": {},
    "death": {"died_on": date(2026, 3, 20)},
    "sanction": {"cause": "breach"},
    "list_receipt": {"list": "deaths"},
    "second_visit": {"plan_due": 10, "plan_done": 8},
    "task": {"task_class": "weeding", "due": 3, "done": 2},
    "assembly": {
        "group": "CAC-1", "held_on": date(2026, 3, 8), "members": 25, "present": 21, "minutes": True,
    },
    "plot_walk": {"plot": "PL-1", "measured_m2": 24_300, "points": 14, "accuracy_m": 6},
    "consent": {"notice": "2026-11", "agreed": True, "recorded": True},
    "harvest": {"product": "café", "harvested_kg": 120, "sold_kg": 80},
    "incident": {"cause": "fire", "happened_on": date(2026, 3, 9)},
    "absence": {
        "cause": "illness", "since": date(2026, 3, 2), "attested_by": "health_centre", "documented": True,
    },
    "nursery": {
        "group": "CAC-1", "plant_class": "timber", "species": "cedro", "sown": 500, "living": 430, "ready": 0
    },
    "biofactory": {"group": "CAC-1", "input": "compost", "unit": "kg", "made": 300},
    "goods": {
        "group": "CAC-1", "item": "plants", "supplier": "Vivero San Juan", "unit": "piece",
        "delivered": 1_000, "rejected": 60,
    },
    "flag": {"flag": "odd_hour", "subject": "uuid:1", "holds": True},
    "review": {"decision": "approved", "subject": "uuid:1"},
}  # fmt: skip


def record(
    kind: str, participant_id: int = 1, *, month: str = "2026-03", at: str = "", **says: Any
) -> dict[str, Any]:
    """A record: the kind's usual body and head, changed by what is said. `at` is when it was observed, 2026-03-10."""
    first = Month.parse(month).first_day
    observed = datetime.fromisoformat(at or f"{first:%Y-%m}-15").replace(tzinfo=UTC)
    who = {"participant_id": participant_id} if KINDS[kind].of_person else {"area": "GT"}
    head = {
        "key": f"{kind}-{participant_id}-{month}-{at}", "month": first,
        "observed_at": observed, "received_at": min(observed + timedelta(days=1), CUTOFF), "corrects": None,
    }  # fmt: skip
    return {"kind": kind, **who, **head, **BODY[kind], **says}


def frames(*records: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """The records as `EvidenceFrames`."""
    kinds = {r["kind"] for r in records}
    return {kind: frame(KINDS[kind].records, *(r for r in records if r["kind"] == kind)) for kind in kinds}


def people(*ids: int, **says: object) -> pl.DataFrame:
    """People of the register who have been active for twelve months in GT-0101, changed by what is said."""
    usual = {"area": "GT-0101", "enrolled_months": 12} | says
    return frame(REGISTER_FACTS, *({"participant_id": i, **usual} for i in ids))


def required(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Required documents of person 1, unless a row says whose."""
    return frame(DOCUMENTS, *({"participant_id": 1, **row} for row in rows))


def facts_of(
    *records: Mapping[str, Any],
    register: pl.DataFrame | None = None,
    record: pl.DataFrame | None = None,
    documents: pl.DataFrame | None = None,
    month: Month = MARCH,
    cutoff: datetime = CUTOFF,
) -> dict[str, Any]:
    """The facts of the first person of `register`, person 1 unless it is given."""
    built = month_facts(
        people(1) if register is None else register,
        frames(*records),
        RECORD_FACTS.empty() if record is None else record,
        DOCUMENTS.empty() if documents is None else documents,
        month,
        cutoff,
    )
    return built.row(0, named=True)


def _body(kind: EvidenceKind) -> st.SearchStrategy[dict[str, Any]]:
    days = st.dates(date(2026, 1, 20), date(2026, 5, 10))
    by_dtype = {pl.Int32: st.integers(0, 20), pl.Boolean: st.booleans(), pl.Date: days}
    columns = {}
    for column in kind.body:
        named = {"document": ("id", "land", "photo"), "list": LISTS, "subject": ("uuid:1", "uuid:2")}.get(
            column.name
        ) or column.choices
        values = st.sampled_from(named) if named else by_dtype.get(column.dtype, st.just("cause"))
        columns[column.name] = st.none() | values if column.nullable else values
    return st.fixed_dictionaries(columns)


@st.composite
def evidence_records(draw: st.DrawFn, ids: tuple[int, ...] = (1, 2, 3)) -> list[dict[str, Any]]:
    """Records of every kind: some correct others, some are of other months, all received by the cut-off."""
    records: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        month = draw(st.sampled_from(("2026-01", "2026-02", "2026-03", "2026-04")))
        observed = draw(st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1), timezones=st.just(UTC)))  # noqa: DTZ001
        who = {"area": draw(st.sampled_from(("GT", "GT-01", "GT-02", "HN")))}
        if KINDS[kind].of_person:
            who = {"participant_id": draw(st.sampled_from(ids))}
        records.append(
            record(kind, month=month)
            | {"key": f"k{number}", "observed_at": observed, "corrects": _target(draw, records, kind)}
            | {"received_at": draw(st.sampled_from((observed, CUTOFF)))}
            | who
            | draw(_body(KINDS[kind]))
        )
    return draw(st.permutations(records))


def _target(draw: st.DrawFn, records: list[dict[str, Any]], kind: str) -> str | None:
    """The key of a record of the kind that nothing corrects yet, or of none at all; often nothing."""
    taken = {r["corrects"] for r in records if r["kind"] == kind}
    free = [r["key"] for r in records if r["kind"] == kind and r["key"] not in taken]
    return draw(st.none() | st.sampled_from([*free, f"lost-{len(records)}"]))


documents_of_people = st.lists(
    st.fixed_dictionaries(
        {
            "participant_id": st.integers(1, 3),
            "document": st.sampled_from(("id", "land")),
            "held": st.none() | st.booleans(),
            "expires_on": st.none() | st.dates(date(2026, 3, 1), date(2026, 4, 30)),
            "seen_on": st.dates(date(2026, 1, 1), date(2026, 3, 31)),
        }
    ),
    max_size=6,
    unique_by=lambda row: (row["participant_id"], row["document"]),
).map(lambda rows: required(*rows))
