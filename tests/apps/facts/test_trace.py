"""From a fact to its evidence, through the database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.core.evidence import KINDS
from ceiba.core.facts import EVIDENCE_FACTS
from ceiba.core.facts.building import month_facts
from ceiba.core.facts.catalogue import RECORD_FACTS
from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Drop, Evidence
from ceiba.facts.models import MonthFacts
from ceiba.facts.selectors import trace_of
from ceiba.registry.models import Document, Participant, RequiredDocument
from ceiba.registry.selectors import documents_required_and_held
from tests.apps.evidence.helpers import register, row, take_rows
from tests.apps.facts.helpers import build, register_frame, run_of
from tests.core.facts.evidence import CUTOFF, MARCH, evidence_records, frames

pytestmark = pytest.mark.django_db
Records = list[dict[str, Any]]


def facts_of(code: str) -> MonthFacts:
    return MonthFacts.objects.select_related("run").get(participant__code=code, revision=0)


def test_it_works(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit", key="old", plan_done=1), row("visit", "P-2"))
    take_rows(tmp_path, "visit", row("visit", key="new", plan_done=8, corrects="old"))
    build(run_of("2026-03"))
    traced = trace_of(facts_of("P-1"), "plan_done")
    assert [(t.record.key, t.standing, t.counts) for t in traced] == [
        ("new", "counts", True),
        ("old", "corrected", False),
    ]


def test_a_fact_without_evidence_has_no_trace() -> None:
    register()
    build(run_of("2026-03"))
    assert trace_of(facts_of("P-1"), "plan_done") == []
    assert trace_of(facts_of("P-1"), "age_years") == []


def test_evidence_that_came_after_the_decision_is_not_shown_behind_it(tmp_path: Path) -> None:
    register()
    build(run_of("2026-03"))
    take_rows(tmp_path, "visit", row("visit"), now=datetime(2026, 4, 20, tzinfo=UTC))
    assert trace_of(facts_of("P-1"), "plan_done") == []


def test_alive_is_traced_to_the_list(tmp_path: Path) -> None:
    register()
    take_rows(
        tmp_path,
        "list_receipt",
        row("list_receipt", key="gt", area="GT"),
        row("list_receipt", key="hn", area="HN"),
    )
    build(run_of("2026-03"))
    assert [(t.record.key, t.standing) for t in trace_of(facts_of("P-1"), "deceased")] == [
        ("gt", "counts"),
        ("hn", "outside"),
    ]


def test_a_check_of_a_document_is_set_against_the_register_of_that_person(tmp_path: Path) -> None:
    people = register()
    RequiredDocument.objects.create(programme_id="ca", document="id")
    for person in people[:2]:
        Document.objects.create(
            participant=person, document="id", held=True, seen_on=datetime(2026, 3, 20, tzinfo=UTC)
        )
    checks = [row("document_check", code, held=False) for code in ("P-1", "P-3")]
    take_rows(tmp_path, "document_check", *checks)
    build(run_of("2026-03"))
    found = {
        code: (
            facts_of(code).documents_missing,
            [t.standing for t in trace_of(facts_of(code), "documents_missing")],
        )
        for code in ("P-1", "P-2", "P-3")
    }
    assert found == {"P-1": (0, ["overruled"]), "P-2": (0, []), "P-3": (1, ["counts"])}


def written(records: Records, people: list[Participant]) -> None:
    """The records of people 1, 2, 3 in the database, as received; somebody wrote them without any check."""
    drop = Drop.objects.create(
        kind="x", file_name="x", sha256="x", size_bytes=0, rows=0, accepted=0, taken_at=CUTOFF
    )
    rows = []
    for r in records:
        body = {c.name: r.get(c.name) for c in KINDS[r["kind"]].body if r.get(c.name) is not None}
        number = r.get("participant_id")
        rows.append(
            Evidence(
                drop=drop, kind=r["kind"], key=r["key"], participant=people[number - 1] if number else None,
                area_code=r.get("area", ""), month=r["month"], observed_at=r["observed_at"],
                received_at=r["received_at"], corrects=r["corrects"] or "", sha256=b"",
                body={n: v if isinstance(v, bool | int) else str(v) for n, v in body.items()},
            )
        )  # fmt: skip
    Evidence.objects.bulk_create(rows)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evidence_records(), evidence_records(), st.sampled_from(EVIDENCE_FACTS))
def test_the_trace_is_what_was_built_from(
    data_dir: Path, records: Records, others: Records, fact: str
) -> None:
    """Whatever evidence there is: stored facts are those of all evidence in time, and of the traced alone."""
    late = [
        r | {"key": f"late {r['key']}", "corrects": r["corrects"] and f"late {r['corrects']}"}
        | {"received_at": CUTOFF + timedelta(seconds=1)} for r in others
    ]  # fmt: skip
    with transaction.atomic():
        people = register()
        ids = {i: person.pk for i, person in enumerate(people, 1)}
        for document in ("id", "land"):
            RequiredDocument.objects.create(programme_id="ca", document=document)
        Document.objects.create(
            participant=people[0], document="id", held=True, seen_on=datetime(2026, 2, 1, tzinfo=UTC)
        )
        written(records + late, people)
        stored = build(run_of("2026-03"))
        renamed = [
            r | ({"participant_id": ids[r["participant_id"]]} if "participant_id" in r else {})
            for r in records
        ]
        documents = documents_required_and_held("ca", MARCH.first_day)

        def built(kept: Records) -> Any:
            record, month = RECORD_FACTS.empty(), Month(2026, 3)
            return month_facts(register_frame(month), frames(*kept), record, documents, month, CUTOFF)

        assert stored.equals(built(renamed))
        for person in people:
            traced = trace_of(facts_of(person.code), fact)
            counting = {(t.record.kind, t.record.key) for t in traced if t.counts}
            alone = built([r for r in renamed if (r["kind"], r["key"]) in counting])
            mine = {"participant_id": person.pk}
            assert alone.filter(**mine)[fact].to_list() == stored.filter(**mine)[fact].to_list()
        transaction.set_rollback(True)
