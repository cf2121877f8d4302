"""One line a participant a component; arrears under the cap; recoveries that leave people most of their pay."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceiba.core.payment_list import DUE, LIMITS, LINES, PAY, payment_lines
from tests.core.helpers import day, frame

MONTH = pl.lit(day("2026-03"), pl.Date)


def lines(
    pay: dict[int, int], due: list[tuple[int, str, int]], cap: int = 75_000, percent: int = 25
) -> list[tuple[int, str, int]]:
    """(person, for month, amount) of the list; `pay` is person -> stipend, `due` (person, month, amount)."""
    made = payment_lines(
        frame(
            PAY, *({"participant_id": p, "component": "stipend", "amount_minor": a} for p, a in pay.items())
        ),
        frame(
            DUE,
            *(
                {
                    "participant_id": p,
                    "component": "stipend",
                    "for_month": day(m),
                    "revision": 1,
                    "due_minor": a,
                }
                for p, m, a in due
            ),
        ),
        frame(
            LIMITS,
            *(
                {"participant_id": p, "cap_minor": cap, "recovery_percent_max": percent}
                for p in {*pay, *(d[0] for d in due)}
            ),
        ),
        MONTH,
    )
    rows = made.select("participant_id", pl.col("for_month").dt.strftime("%Y-%m"), "amount_minor").rows()
    return sorted(rows)


def test_pay_above_the_cap_is_refused_as_a_contradiction() -> None:
    with pytest.raises(ValueError, match="more than the cap"):
        lines({1: 25_000}, [], cap=24_999)


def test_arrears_stop_at_the_cap_and_the_rest_stays_due() -> None:
    assert lines({1: 25_000}, [(1, "2025-12", 25_000), (1, "2026-01", 25_000)], cap=60_000) == [
        (1, "2025-12", 25_000),
        (1, "2026-01", 10_000),
        (1, "2026-03", 25_000),
    ]


def test_a_recovery_takes_at_most_its_share_of_the_months_pay() -> None:
    assert lines({1: 25_000}, [(1, "2026-01", -25_000)]) == [(1, "2026-01", -6_250), (1, "2026-03", 25_000)]


def test_a_recovery_waits_while_there_is_no_pay() -> None:
    assert lines({}, [(1, "2026-01", -25_000)]) == []


def test_arrears_reach_someone_who_is_not_paid_this_month() -> None:
    assert lines({}, [(1, "2026-01", 25_000)]) == [(1, "2026-01", 25_000)]


def test_nothing_due_is_no_line() -> None:
    assert lines({1: 25_000}, []) == [(1, "2026-03", 25_000)]


amounts = st.integers(1, 40_000)
cases = st.tuples(
    st.dictionaries(st.integers(1, 5), amounts, max_size=5),
    st.dictionaries(
        st.tuples(st.integers(1, 5), st.sampled_from(["2025-11", "2025-12", "2026-01", "2026-02"])),
        st.integers(-40_000, 40_000),
        max_size=12,
    ),
    st.integers(40_000, 90_000),
    st.integers(0, 100),
)


@given(cases)
def test_cap_share_and_sign_hold_for_everyone(
    case: tuple[dict[int, int], dict[tuple[int, str], int], int, int],
) -> None:
    pay, due, cap, percent = case
    made = lines(pay, [(p, m, a) for (p, m), a in due.items()], cap, percent)
    assert len({(p, m) for p, m, _ in made}) == len(made)
    for person in {p for p, _, _ in made}:
        own = [(m, a) for p, m, a in made if p == person]
        assert 0 <= sum(a for _, a in own) <= cap
        taken = -sum(a for _, a in own if a < 0)
        assert taken <= pay.get(person, 0) * percent // 100
        for m, a in own:
            if m != "2026-03":
                assert 0 < a / due[person, m] <= 1


@settings(max_examples=15)
@given(cases)
def test_lists_month_after_month_settle_everything_that_can_be(
    case: tuple[dict[int, int], dict[tuple[int, str], int], int, int],
) -> None:
    pay, due, cap, _ = case
    left = dict(due)
    for _ in range(40):
        for p, m, a in lines(pay, [(p, m, a) for (p, m), a in left.items()], cap, 25):
            if m != "2026-03":
                left[p, m] -= a
    # Arrears are always settled where pay leaves room under the cap; recoveries where there is pay.
    assert all(a <= 0 for (p, _), a in left.items() if cap > pay.get(p, 0))
    assert all(a >= 0 for (p, _), a in left.items() if pay.get(p, 0) * 25 // 100 * 40 > 200_000)


def test_the_list_is_of_its_schema() -> None:
    assert payment_lines(PAY.empty(), DUE.empty(), LIMITS.empty(), MONTH).equals(LINES.empty())
