from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from ceiba.core.facts import EVIDENCE_FACTS
from ceiba.evidence.models import Closing
from ceiba.facts.models import MonthFacts
from ceiba.facts.selectors import snapshot
from ceiba.registry.models import Participant
from tests.apps.evidence.helpers import register, row, take_rows
from tests.apps.facts.helpers import build, fact, run_of

pytestmark = pytest.mark.django_db


def test_it_works(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit", plan_done=7), row("visit", "P-2", accuracy_m=None))
    take_rows(
        tmp_path, "planting", row("planting"), row("planting", key="more", month=date(2026, 2, 1), plants=50)
    )
    take_rows(tmp_path, "list_receipt", row("list_receipt", area="GT"))
    run = run_of("2026-03")
    facts = build(run)
    assert (fact(facts, "P-1", "plan_done"), fact(facts, "P-1", "plants_planted")) == (7, 350)
    assert (fact(facts, "P-2", "plan_done"), fact(facts, "P-2", "visit_accuracy_m")) == (9, None)
    assert facts["deceased"].to_list() == [False, False, False]
    stored = MonthFacts.objects.get(participant__code="P-1", revision=0)
    assert (stored.run, stored.group_code, stored.plan_done) == (run, "CAC-1", 7)
    assert snapshot(run).equals(facts)


def test_without_evidence_every_fact_of_evidence_is_null_in_the_table_too() -> None:
    register()
    build(run_of("2026-03"))
    for values in MonthFacts.objects.values_list(*EVIDENCE_FACTS):
        assert set(values) == {None}


def test_only_people_of_the_register_get_facts(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit", "P-2"))
    facts = build(run_of("2026-03"), "P-1")
    assert facts["participant_id"].to_list() == [Participant.objects.get(code="P-1").pk]
    assert facts["plan_done"].to_list() == [None]


def test_evidence_received_after_the_cutoff_does_not_count(tmp_path: Path) -> None:
    register()
    run = run_of("2026-03")
    late = {"received_at": run.cutoff.replace(second=1)}
    take_rows(
        tmp_path, "visit", row("visit"), row("visit", "P-2", **late), now=datetime(2026, 4, 6, tzinfo=UTC)
    )
    assert build(run)["plan_done"].to_list() == [9, None, None]


def test_a_visit_corrected_into_another_month_leaves_this_one(tmp_path: Path) -> None:
    register()
    received_at = datetime(2026, 2, 2, tzinfo=UTC)
    seen = {"observed_at": received_at, "received_at": received_at}
    take_rows(tmp_path, "visit", row("visit", key="a", month=date(2026, 2, 1), **seen))
    take_rows(tmp_path, "visit", row("visit", key="b", month=date(2026, 1, 1), corrects="a", **seen))
    assert fact(build(run_of("2026-02")), "P-1", "plan_done") is None
    assert fact(build(run_of("2026-01")), "P-1", "plan_done") == 9


def test_a_resumed_run_reads_what_is_there(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit"))
    run = run_of("2026-03")
    first = build(run)
    again = build(run, country="HN")
    assert again.equals(first)
    assert MonthFacts.objects.count() == 3


def test_building_closes_the_month_for_evidence(tmp_path: Path) -> None:
    register()
    run = run_of("2026-03")
    build(run)
    assert [(c.programme_id, c.month, c.cutoff) for c in Closing.objects.all()] == [
        ("ca", run.month, run.cutoff)
    ]
    now = datetime(2026, 4, 20, tzinfo=UTC)
    taken = take_rows(tmp_path, "visit", row("visit"), now=now)
    assert taken.drop.records.get().received_at == now


@pytest.mark.parametrize(
    "statement", ["UPDATE facts_monthfacts SET plan_done = 10", "DELETE FROM facts_monthfacts"]
)
def test_facts_do_not_change(statement: str) -> None:
    register()
    build(run_of("2026-03"))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_nothing_is_kept_of_a_build_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    run = run_of("2026-03")

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError), transaction.atomic():
        patched.setattr("ceiba.facts.services._copy", crash)
        build(run)
    assert not MonthFacts.objects.exists()
    assert not Closing.objects.exists()
    assert build(run).height == 3
