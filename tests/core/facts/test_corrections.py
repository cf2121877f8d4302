from hypothesis import given

from tests.core.facts.evidence import evidence_records, facts_of, people, record


def test_a_corrected_record_does_not_count_even_when_seen_later() -> None:
    wrong = record("visit", key="a", at="2026-03-20", plan_done=1)
    right = record("visit", key="b", at="2026-03-10", plan_done=9, corrects="a")
    assert facts_of(wrong, right)["plan_done"] == 9


def test_a_sum_takes_the_correction_in_place_of_the_corrected() -> None:
    facts = facts_of(
        record("planting", key="a", plants=300), record("planting", key="b", plants=30, corrects="a")
    )
    assert facts["plants_planted"] == 30


def test_of_a_chain_only_the_last_counts() -> None:
    chain = [
        record("planting", key="a", plants=1),
        record("planting", key="b", plants=10, corrects="a"),
        record("planting", key="c", plants=100, corrects="b"),
    ]
    assert facts_of(*chain)["plants_planted"] == 100


def test_a_circle_leaves_nothing() -> None:
    circle = [record("visit", key="a", corrects="b"), record("visit", key="b", corrects="a")]
    assert facts_of(*circle)["plan_done"] is None


def test_a_correction_of_an_unknown_record_is_a_record() -> None:
    assert facts_of(record("visit", corrects="never received"))["plan_done"] == 9


def test_nobody_corrects_somebody_elses_record() -> None:
    mine = record("visit", 1, key="a", plan_done=2)
    theirs = record("visit", 2, key="b", corrects="a")
    assert facts_of(mine, theirs, register=people(1, 2))["plan_done"] == 2


def test_nothing_corrects_a_record_of_another_kind() -> None:
    visit = record("visit", key="a", plan_done=2)
    attendance = record("attendance", key="b", corrects="a")
    assert facts_of(visit, attendance)["plan_done"] == 2


def test_a_correction_may_move_a_record_to_another_month() -> None:
    march = record("visit", key="a")
    april = record("visit", key="b", month="2026-04", at="2026-04-01", corrects="a")
    assert facts_of(march, april)["plan_done"] is None


@given(evidence_records())
def test_saying_again_what_was_said_changes_nothing(records: list[dict[str, object]]) -> None:
    """A correction that repeats its target is idempotent: same facts as without it."""
    repeated = list(records)
    corrected = {(r["kind"], r["corrects"]) for r in records}
    for r in records:
        if (r["kind"], r["key"]) not in corrected:
            repeated.append(r | {"key": f"again-{r['key']}", "corrects": r["key"]})
    # Only keys differ, and the key decides between records that are equal in everything else that orders them.
    if len({(r["kind"], r["month"], r["observed_at"], r["received_at"]) for r in records}) == len(records):
        assert facts_of(*repeated) == facts_of(*records)
