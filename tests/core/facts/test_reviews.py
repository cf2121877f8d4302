import pytest

from tests.core.facts.evidence import facts_of, record


def flag(key: str, **says: object) -> dict[str, object]:
    return record("flag", key=key, **says)


def review(key: str, decision: str, **says: object) -> dict[str, object]:
    return record("review", key=key, decision=decision, **says)


def test_without_a_word_nothing_is_known() -> None:
    facts = facts_of(record("visit"))
    assert (facts["flags_open"], facts["review_state"]) == (None, None)


def test_flags_that_hold_are_counted_over_submissions_and_flags() -> None:
    three = [flag("a"), flag("b", subject="uuid:2"), flag("c", flag="near_photo")]
    assert facts_of(*three)["flags_open"] == 3


def test_the_last_word_on_a_flag_of_a_submission_holds() -> None:
    raised, withdrawn = flag("a", at="2026-03-10"), flag("b", at="2026-03-12", holds=False)
    assert facts_of(raised, withdrawn)["flags_open"] == 0
    assert facts_of(raised, withdrawn, flag("c", at="2026-03-14"))["flags_open"] == 1
    assert facts_of(raised, withdrawn | {"subject": "uuid:2"})["flags_open"] == 1


def test_flags_and_reviews_of_other_months_do_not_count() -> None:
    facts = facts_of(flag("a", month="2026-02"), review("b", "returned", month="2026-02"))
    assert (facts["flags_open"], facts["review_state"]) == (None, None)


@pytest.mark.parametrize(
    ("decisions", "state"),
    [
        (["approved", "approved"], "approved"),
        (["approved", "returned"], "returned"),
        (["second_visit", "returned", "approved"], "second_visit"),
    ],
)
def test_the_gravest_decision_on_the_months_submissions_is_told(decisions: list[str], state: str) -> None:
    records = [review(f"k{n}", decision, subject=f"uuid:{n}") for n, decision in enumerate(decisions)]
    assert facts_of(*records)["review_state"] == state
    assert facts_of(*reversed(records))["review_state"] == state


def test_what_was_returned_and_then_approved_is_approved() -> None:
    returned = review("a", "returned", at="2026-03-10")
    assert facts_of(returned, review("b", "approved", at="2026-03-12"))["review_state"] == "approved"
