import pytest

from tests.core.facts.evidence import CUTOFF, facts_of, record


@pytest.mark.parametrize(("kind", "fact"), [("visit", "plan_done"), ("attendance", "sessions_attended")])
def test_work_of_another_month_does_not_count(kind: str, fact: str) -> None:
    assert facts_of(record(kind, month="2026-02"), record(kind, month="2026-04"))[fact] is None


def test_the_visit_seen_last_counts_whole() -> None:
    first = record("visit", at="2026-03-10", plan_due=8, plan_done=8, accuracy_m=3)
    last = record("visit", at="2026-03-20", plan_due=10, plan_done=2, accuracy_m=None)
    facts = facts_of(last, first)
    assert (facts["plan_due"], facts["plan_done"], facts["visit_accuracy_m"]) == (10, 2, None)


def test_of_visits_seen_at_once_the_one_received_last_counts() -> None:
    first = record("visit", key="z", plan_done=1)
    last = record("visit", key="a", plan_done=2, received_at=CUTOFF)
    assert facts_of(last, first)["plan_done"] == 2


def test_of_visits_equal_in_time_the_greatest_key_counts() -> None:
    assert (
        facts_of(record("visit", key="b", plan_done=2), record("visit", key="a", plan_done=1))["plan_done"]
        == 2
    )
