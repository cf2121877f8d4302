"""A month from evidence to seal: in order, once, resumable, and settled later when evidence comes late."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.db.models import Sum
from django.test import override_settings

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.core.service_record import DECIDED, record_of
from ceiba.determinations.models import Determination, MonthCount
from ceiba.determinations.verification import verify_month
from ceiba.frames.postgres import read_frame
from ceiba.payments.models import PaymentLine
from ceiba.runs import services
from ceiba.runs.models import Run, RunState
from ceiba.runs.selectors import cutoff_of
from ceiba.runs.services import month_run
from ceiba.service_record.selectors import records_of
from tests.apps.modules import kept_for_module, savepoint
from tests.apps.runs.conftest import FIRST, LAST, NOW, register

Receive = Callable[[Month], None]


@pytest.fixture(scope="module")
def registered_once(
    country: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    with kept_for_module(django_db_blocker.unblock):
        with override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
            register(country)
        yield


@pytest.fixture
def db(registered_once: None) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def registered(db: None, data_dir: Path) -> None:
    """In place of the one that registers for each test anew."""


def run(month: Month, now: datetime = NOW) -> Run:
    return month_run(programme="ca", month=month, now=now)


def codes(month: Month, now: datetime = NOW) -> set[str]:
    with pytest.raises(CeibaError) as caught:
        run(month, now)
    return {problem.code for problem in caught.value.problems}


def test_a_month_that_still_receives_evidence_is_not_decided(receive: Receive) -> None:
    assert codes(FIRST, datetime(2026, 2, 5, 5, 59, tzinfo=UTC)) == {"run.month_open"}
    assert not Run.objects.exists()


def test_months_are_decided_in_order(receive: Receive) -> None:
    receive(FIRST)
    run(FIRST)
    assert codes(FIRST + 2) == {"run.out_of_order"}
    assert codes(FIRST + -1) == {"run.out_of_order"}


def test_an_unpublished_programme_has_no_months(db: None) -> None:
    with pytest.raises(CeibaError) as caught:
        month_run(programme="zz", month=FIRST, now=NOW)
    assert caught.value.problems[0].code == "run.no_programme"


def test_everyone_active_ends_paid_or_with_a_reason_and_the_sums_agree(
    receive: Receive, data_dir: Path
) -> None:
    receive(FIRST)
    done = run(FIRST)
    decided = Determination.objects.filter(run=done)
    assert done.state == RunState.COUNTED
    assert decided.count() > 20
    assert not decided.exclude(outcome="pay").filter(failed=[], unknown=[]).exists()
    assert {"pay", "hold"} <= set(decided.values_list("outcome", flat=True))
    total = decided.aggregate(n=Sum("amount_minor"))["n"]
    assert total == PaymentLine.objects.filter(run=done).aggregate(n=Sum("amount_minor"))["n"]
    counted = MonthCount.objects.filter(run=done, reason="").aggregate(
        n=Sum("participants"), m=Sum("amount_minor")
    )
    assert (counted["n"], counted["m"]) == (decided.count(), total)
    assert verify_month(data_dir / done.seal.folder).identical


def test_a_sealed_month_run_again_changes_nothing(receive: Receive) -> None:
    receive(FIRST)
    before = run(FIRST).seal.digests
    lines = PaymentLine.objects.count()
    assert run(FIRST).seal.digests == before
    assert PaymentLine.objects.count() == lines


@pytest.mark.parametrize("stage", ["_snapshot", "_decided", "_listed", "_sealed", "_counted"])
@pytest.mark.parametrize("late", [False, True], ids=["before writing", "after writing"])
def test_a_crash_at_any_stage_is_resumed_to_the_same_seal(
    stage: str, late: bool, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(FIRST)
    run(FIRST)
    receive(FIRST + 1)
    whole = dict(services.STAGES)
    reached = next(state for state, function in services.STAGES if function.__name__ == stage)

    def crash(work: services.MonthWork) -> None:
        if late:
            whole[reached](work)
        raise RuntimeError("power cut")

    broken = tuple((state, crash if state == reached else function) for state, function in services.STAGES)
    monkeypatch.setattr(services, "STAGES", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        run(FIRST + 1)
    monkeypatch.undo()
    resumed = run(FIRST + 1)
    assert resumed.state == RunState.COUNTED
    snapshot, result = resumed.seal.digests["snapshot"], resumed.seal.digests["result"]
    again = services.MonthWork(resumed, NOW, None).result
    assert Determination.objects.filter(run=resumed, revision=0).count() == again.height
    assert (snapshot, result) == _digests_of_an_undisturbed_run(resumed)
    assert records_of("ca").equals(record_of(everything_decided()))


def _digests_of_an_undisturbed_run(done: Run) -> tuple[str, str]:
    """What the seal of the same month says when computed anew from what is stored."""
    from ceiba.core.determinations import compile_rules
    from ceiba.core.facts import MONTH_FACTS
    from ceiba.core.kernel.digest import frame_digest

    work = services.MonthWork(done, NOW, None)
    schema = compile_rules(work.rulebook.at(work.month)).result_schema
    return frame_digest(work.snapshot, MONTH_FACTS), frame_digest(work.result, schema)


def test_late_evidence_becomes_a_difference_settled_in_the_next_list(
    receive: Receive, data_dir: Path
) -> None:
    for step in range(4):
        receive(FIRST + step)
        run(FIRST + step)
    differences = Determination.objects.filter(revision__gt=0)
    assert differences.exists()
    for difference in differences:
        assert difference.decided_in > difference.month
        assert difference.causes
    settled = PaymentLine.objects.filter(revision__gt=0)
    assert settled.exists()
    for line in settled:
        assert line.for_month < line.month
        assert Determination.objects.filter(
            month=line.for_month, participant_id=line.participant_id, revision=line.revision
        ).exists()
    for each in Run.objects.all():
        assert verify_month(data_dir / each.seal.folder).identical


def test_the_record_extended_month_by_month_is_the_record_of_all_determinations(receive: Receive) -> None:
    for step in range(4):
        receive(FIRST + step)
        run(FIRST + step)
    assert records_of("ca").equals(record_of(everything_decided()))


def everything_decided() -> pl.DataFrame:
    """The latest determination of every month of everyone."""
    return read_frame(
        "SELECT DISTINCT ON (month, participant_id) participant_id, month, outcome,"
        " failed::text[] && ARRAY['absence.illness', 'absence.maternity', 'absence.disaster'] AS excused"
        " FROM determinations_determination"
        " ORDER BY month, participant_id, revision DESC",
        {},
        DECIDED,
    )


@pytest.mark.parametrize(
    "table",
    ["evidence_evidence", "facts_monthfacts", "determinations_determination", "payments_paymentline"],
)
def test_the_planner_knows_a_month_before_the_next_stage_asks_for_it(table: str, receive: Receive) -> None:
    receive(FIRST)
    run(FIRST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
        (rows,) = cursor.fetchone()
        cursor.execute(
            "SELECT most_common_vals::text FROM pg_stats WHERE tablename = %s AND attname = 'month'", [table]
        )
        (months,) = cursor.fetchone()
    assert rows > 20
    assert str(FIRST.first_day) in months


def test_the_cutoff_is_in_the_following_month(registered: None) -> None:
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    assert cutoff_of(LAST, rulebook_of(latest_version("ca"))) == datetime(2026, 5, 5, 6, tzinfo=UTC)
