"""The month as a function: late months by the rules of then, and the first difference of two frames."""

import polars as pl
import pytest

from ceiba.core.determinations import RESULT, compile_rules, decide
from ceiba.core.kernel.month import Month
from ceiba.core.rehearsal import compared, impact
from ceiba.core.sealed_month import (
    DUE_PLACES,
    LATE_FACTS,
    first_difference,
    late_result,
    month_lines,
    month_result,
    pay_of,
)
from tests.core.helpers import GOOD, RULES, day, facts, frame, rule, rulebook

MONTH = Month(2026, 3)
BOOK = rulebook()
STRICT = rulebook(rules=(*RULES[:1], rule("work.plan", "plan_done >= 10")), digest="e" * 64)
BOOKS = {BOOK.digest: BOOK, STRICT.digest: STRICT}


def late(month: str, book: str, **person: object) -> dict[str, object]:
    return {**GOOD, "participant_id": 1, "month": day(month), "revision": 1, "rulebook": book, **person}


def test_earlier_months_are_decided_by_the_rulebook_of_then() -> None:
    rows = frame(LATE_FACTS, late("2026-01", STRICT.digest), late("2026-02", BOOK.digest))
    result = late_result(rows, BOOKS).sort("month")
    assert result["outcome"].to_list() == ["hold", "pay"]
    assert result["amounts"].to_list() == ["{}", '{"stipend":22500,"savings":2500}']
    assert result["revision"].to_list() == [1, 1]


def test_a_month_without_late_evidence_has_no_late_result() -> None:
    assert late_result(LATE_FACTS.empty(), BOOKS).height == 0


def test_lines_hold_the_month_and_what_was_due() -> None:
    snapshot = facts({}, {"plan_done": 0})
    result = month_result(snapshot, BOOK, MONTH)
    due = frame(
        DUE_PLACES,
        {
            "participant_id": 2,
            "component": "stipend",
            "for_month": day("2026-01"),
            "revision": 1,
            "due_minor": 22_500,
            "country": "GT",
        },
    )
    lines = month_lines(snapshot, due, result, BOOK, MONTH)
    assert lines.select("participant_id", "component", "amount_minor").rows() == [
        (1, "savings", 2_500),
        (1, "stipend", 22_500),
        (2, "stipend", 22_500),
    ]
    assert pay_of(result)["amount_minor"].sum() == result["amount_minor"].sum()


def test_the_first_difference_is_named() -> None:
    result = month_result(facts({}, {}, {}), BOOK, MONTH).select(RESULT.names)
    assert first_difference("result", result, result, RESULT) is None
    forged = result.with_columns(
        amount_minor=pl.when(pl.col("participant_id") == 2).then(99).otherwise("amount_minor")
    )
    found = first_difference("result", forged, result, RESULT)
    assert found is not None
    assert (dict(found.key), found.column, found.sealed, found.recomputed) == (
        {"participant_id": 2},
        "amount_minor",
        99,
        25_000,
    )


@pytest.mark.parametrize("lost", ["sealed", "recomputed"])
def test_a_missing_person_is_a_difference(lost: str) -> None:
    result = month_result(facts({}, {}), BOOK, MONTH).select(RESULT.names)
    fewer = result.head(1)
    pair = (fewer, result) if lost == "sealed" else (result, fewer)
    found = first_difference("result", *pair, RESULT)
    assert found is not None
    assert dict(found.key) == {"participant_id": 2}


def test_a_changed_reason_is_a_difference() -> None:
    result = month_result(facts({"plan_done": 0}), BOOK, MONTH).select(RESULT.names)
    forged = result.with_columns(failed=pl.Series([["work.visit"]], dtype=pl.List(pl.String)))
    found = first_difference("result", forged, result, RESULT)
    assert found is not None
    assert found.column == "failed"


def test_a_rehearsal_says_who_gains_and_loses() -> None:
    snapshot = facts(
        {"plan_done": 9, "area": "GT-0101"},
        {"plan_done": 10, "area": "GT-0201"},
        {"plan_done": 2, "area": "GT-0201"},
    )
    now = month_result(snapshot, BOOK, MONTH)
    then = decide(snapshot, compile_rules(STRICT.at(MONTH)))
    both = compared(snapshot, now, then)
    total = impact(both, []).row(0, named=True)
    assert (total["months"], total["gain"], total["lose"], total["change_minor"]) == (3, 0, 1, -25_000)
    by_area = impact(both, ["area"])
    assert by_area.select("area", "lose", "change_minor").rows() == [
        ("GT-0101", 1, -25_000),
        ("GT-0201", 0, 0),
    ]


def test_a_rehearsal_over_other_people_is_refused() -> None:
    snapshot = facts({}, {})
    result = month_result(snapshot, BOOK, MONTH)
    with pytest.raises(ValueError, match="1 people decided"):
        compared(snapshot, result, result.head(1))
