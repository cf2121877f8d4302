"""Late evidence: which earlier months it may change, and what it changes in them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Evidence
from ceiba.facts.models import MonthFacts
from ceiba.facts.selectors import late_causes, late_evidence, late_snapshot
from ceiba.facts.services import facts_rebuild
from ceiba.registry.models import Participant
from ceiba.runs.models import Run
from tests.apps.evidence.helpers import register, row, take_rows
from tests.apps.facts.helpers import build, fact, run_of

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 4, 20, tzinfo=UTC)
OLDEST = Month(2025, 5)


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, Run]:
    """January to March are decided; a visit of March is here for P-2, and lists of deaths for GT-01 all along."""
    register()
    register(1, area="HN-01")
    take_rows(tmp_path, "visit", row("visit", "P-2"))
    seen = datetime(2026, 3, 1, tzinfo=UTC)
    lists = [
        row("list_receipt", key=f"deaths-{m}", area="GT-01", month=date(2026, m, 1), observed_at=seen)
        for m in (2, 3)
    ]
    take_rows(tmp_path, "list_receipt", *lists)
    runs = {text: run_of(text) for text in ("2026-01", "2026-02", "2026-03")}
    for run in runs.values():
        build(run)
    return runs


def arrive(folder: Path, kind: str, *rows: dict[str, Any]) -> None:
    take_rows(folder, kind, *rows, now=LATE)


def late_in(run: Run, after: Run) -> pl.DataFrame:
    return late_evidence("ca", after.cutoff, run.cutoff, OLDEST, Month.of(run.month))


def touched(runs: dict[str, Run]) -> list[tuple[str, str, str]]:
    """(person, month, kind) that the evidence received since March was decided may change."""
    codes = dict(Participant.objects.values_list("pk", "code"))
    late = late_in(run_of("2026-04"), runs["2026-03"])
    return sorted((codes[p], f"{m:%Y-%m}", k) for p, m, k, _ in late.rows())


def test_a_visit_bears_on_its_month(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "visit", row("visit"))
    assert touched(runs) == [("P-1", "2026-03", "visit")]


def test_evidence_of_the_month_that_is_decided_now_is_not_late(tmp_path: Path, runs: dict[str, Run]) -> None:
    april = {"month": date(2026, 4, 1), "observed_at": datetime(2026, 4, 10, tzinfo=UTC)}
    arrive(tmp_path, "visit", row("visit", **april))
    arrive(tmp_path, "planting", row("planting", **april))
    assert touched(runs) == []


def test_evidence_that_no_fact_is_drawn_from_changes_no_month(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "incident", row("incident"))
    arrive(tmp_path, "goods", row("goods", area="GT-0101"))
    assert touched(runs) == []


def test_a_late_review_bears_on_its_month_and_is_told(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "review", row("review", decision="returned"))
    april = run_of("2026-04")
    revised = facts_rebuild(run=april, late=late_in(april, runs["2026-03"]))
    assert revised.select("month", "review_state").rows() == [(date(2026, 3, 1), "returned")]


def test_evidence_that_was_in_time_is_not_late(runs: dict[str, Run]) -> None:
    assert touched(runs) == []


def test_a_planting_bears_on_every_month_from_its_own_on(tmp_path: Path, runs: dict[str, Run]) -> None:
    february = {"month": date(2026, 2, 1), "observed_at": datetime(2026, 2, 10, tzinfo=UTC)}
    arrive(tmp_path, "planting", row("planting", **february))
    assert touched(runs) == [("P-1", "2026-02", "planting"), ("P-1", "2026-03", "planting")]


def test_a_notice_of_death_bears_on_every_month_from_the_death_on(
    tmp_path: Path, runs: dict[str, Run]
) -> None:
    arrive(tmp_path, "death", row("death", died_on=date(2026, 2, 10)))
    assert touched(runs) == [("P-1", "2026-02", "death"), ("P-1", "2026-03", "death")]


def test_a_withdrawal_bears_on_the_months_of_the_notice(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "death", row("death", key="n", died_on=date(2026, 1, 10)))
    april = run_of("2026-04")
    facts_rebuild(run=april, late=late_in(april, runs["2026-03"]))
    build(april)
    mistake = row(
        "death",
        key="w",
        corrects="n",
        died_on=None,
        month=date(2026, 4, 1),
        observed_at=datetime(2026, 5, 10, tzinfo=UTC),
    )
    take_rows(tmp_path, "death", mistake, now=datetime(2026, 5, 20, tzinfo=UTC))
    may = run_of("2026-05")
    late = late_in(may, april)
    assert sorted(set(late["month"].to_list())) == [date(2026, m, 1) for m in (1, 2, 3, 4)]
    revised = facts_rebuild(run=may, late=late).sort("month")
    # February and March had their lists; January and April, without list and notice, are unknown.
    assert revised["deceased"].to_list() == [None, False, False, None]
    assert revised["revision"].to_list() == [2, 2, 2, 1]


def test_a_list_bears_on_everyone_in_its_area_in_its_month(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "list_receipt", row("list_receipt", area="HN"))
    assert touched(runs) == [("P-4", "2026-03", "list_receipt")]


def test_a_correction_bears_on_the_month_it_corrects_too(tmp_path: Path, runs: dict[str, Run]) -> None:
    moved = {"month": date(2026, 2, 1), "observed_at": datetime(2026, 2, 28, tzinfo=UTC)}
    arrive(tmp_path, "visit", row("visit", "P-2", key="moved", corrects="visit-P-2", **moved))
    assert touched(runs) == [("P-2", "2026-02", "visit"), ("P-2", "2026-03", "visit")]


def test_a_record_that_was_corrected_before_it_came_bears_on_the_corrections_month(
    tmp_path: Path, runs: dict[str, Run]
) -> None:
    early = row("visit", key="early", corrects="original", month=date(2026, 4, 1), observed_at=LATE)
    arrive(tmp_path, "visit", early)
    april = run_of("2026-04")
    build(april)
    take_rows(tmp_path, "visit", row("visit", key="original"), now=datetime(2026, 5, 20, tzinfo=UTC))
    late = late_in(run_of("2026-05"), april)
    assert late["month"].to_list() == [date(2026, 3, 1), date(2026, 4, 1)]


def test_months_before_the_oldest_are_left_alone(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "planting", row("planting", month=date(2026, 2, 1)))
    april = run_of("2026-04")
    late = late_evidence("ca", runs["2026-03"].cutoff, april.cutoff, Month(2026, 3), Month(2026, 4))
    assert late["month"].to_list() == [date(2026, 3, 1)]


def test_facts_are_drawn_again_as_a_revision_and_the_first_stays(
    tmp_path: Path, runs: dict[str, Run]
) -> None:
    arrive(tmp_path, "visit", row("visit", plan_done=4))
    april = run_of("2026-04")
    revised = facts_rebuild(run=april, late=late_in(april, runs["2026-03"]))
    assert revised.select("month", "revision", "plan_done").rows() == [(date(2026, 3, 1), 1, 4)]
    kept = MonthFacts.objects.filter(participant__code="P-1", month=date(2026, 3, 1)).order_by("revision")
    assert [(f.revision, f.run, f.plan_done) for f in kept] == [(0, runs["2026-03"], None), (1, april, 4)]


def test_what_does_not_change_gets_no_revision(tmp_path: Path, runs: dict[str, Run]) -> None:
    same = row("visit", "P-2", key="the same again", observed_at=datetime(2026, 3, 1, tzinfo=UTC))
    arrive(tmp_path, "visit", same)
    april = run_of("2026-04")
    late = late_in(april, runs["2026-03"])
    assert late.height == 1
    assert facts_rebuild(run=april, late=late).is_empty()
    assert not MonthFacts.objects.filter(revision__gt=0).exists()


def test_register_and_record_stay_as_they_were_sealed(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "visit", row("visit"))
    Participant.objects.filter(code="P-1").update(area_id="HN-01")
    april = run_of("2026-04")
    revised = facts_rebuild(run=april, late=late_in(april, runs["2026-03"]))
    assert revised.select("area", "country", "enrolled_months").rows() == [("GT-0101", "GT", 12)]


def test_facts_of_other_kinds_stay_as_they_were(
    tmp_path: Path, runs: dict[str, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register of documents has changed since; a late visit must not carry that into a decided month."""
    arrive(tmp_path, "visit", row("visit"))

    def must_not_be_read(*_: object) -> pl.DataFrame:
        raise AssertionError("documents were read for a late visit")

    monkeypatch.setattr("ceiba.facts.services.documents_required_and_held", must_not_be_read)
    april = run_of("2026-04")
    assert facts_rebuild(run=april, late=late_in(april, runs["2026-03"])).height == 1


def test_a_second_late_record_builds_on_the_first(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "visit", row("visit"))
    april = run_of("2026-04")
    facts_rebuild(run=april, late=late_in(april, runs["2026-03"]))
    build(april)
    take_rows(tmp_path, "attendance", row("attendance"), now=datetime(2026, 5, 20, tzinfo=UTC))
    may = run_of("2026-05")
    revised = facts_rebuild(run=may, late=late_in(may, april))
    assert revised.select("revision", "plan_done", "sessions_held").rows() == [(2, 9, 4)]


def test_a_resumed_run_finds_the_same_again(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "visit", row("visit"))
    april = run_of("2026-04")
    late = late_in(april, runs["2026-03"])
    first = facts_rebuild(run=april, late=late)
    assert facts_rebuild(run=april, late=late).equals(first)
    assert late_snapshot(april).equals(first)
    assert MonthFacts.objects.filter(revision__gt=0).count() == 1


def test_the_causes_of_a_revision_are_its_late_evidence(tmp_path: Path, runs: dict[str, Run]) -> None:
    arrive(tmp_path, "visit", row("visit"))
    arrive(tmp_path, "attendance", row("attendance"))
    causes = late_causes(late_in(run_of("2026-04"), runs["2026-03"]))
    ids = list(Evidence.objects.filter(received_at=LATE).order_by("id").values_list("id", flat=True))
    assert causes["causes"].to_list() == [ids]


def test_rebuilding_gives_what_building_in_time_would_have_given(
    tmp_path: Path, runs: dict[str, Run]
) -> None:
    march = [
        row("visit"),
        row("visit", "P-2", key="second", plan_done=1, observed_at=datetime(2026, 3, 30, tzinfo=UTC)),
    ]
    arrive(tmp_path, "visit", *march)
    arrive(tmp_path, "planting", row("planting"), row("planting", "P-3", plants=1))
    arrive(tmp_path, "list_receipt", row("list_receipt", area="HN"))
    april = run_of("2026-04")
    revised = facts_rebuild(run=april, late=late_in(april, runs["2026-03"]))
    for code in ("P-1", "P-2", "P-3", "P-4"):
        late_facts = revised.filter(month=date(2026, 3, 1))
        assert fact(late_facts, code, "plan_done") == {"P-1": 9, "P-2": 1}.get(code)
        assert fact(late_facts, code, "plants_planted") == {"P-1": 300, "P-3": 1}.get(code)
        assert fact(late_facts, code, "deceased") is False
