"""Interest on savings, and what a text message tells of them."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.month import Month
from ceiba.core.ledger import TransferKind
from ceiba.core.savings import (
    GSM_7,
    MESSAGE_MAX,
    MOVED,
    OPENING,
    PARTS,
    TOLD,
    InterestRule,
    Method,
    interest,
    interest_transfers,
    message_texts,
)

JUNE = Month(2026, 6)


def rule(points: int = 400, method: Method = Method.DAILY, days: int = 365) -> InterestRule:
    return InterestRule(points, method, days, assumed=True)


def opening(*rows: tuple[int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), OPENING.dtypes, orient="row")


def moved(*rows: tuple[int, int, int], month: Month = JUNE) -> pl.DataFrame:
    days = [(person, month.first_day + timedelta(days=day - 1), minor) for person, day, minor in rows]
    return pl.DataFrame(days, MOVED.dtypes, orient="row")


def of(found: pl.DataFrame) -> dict[int, tuple[int, int, int]]:
    return {row[0]: row[1:] for row in found.rows()}


def test_a_balance_that_stays_bears_the_rate_for_the_days_of_the_month() -> None:
    found = of(interest(rule(), JUNE, opening((1, 1_000_000, 0)), moved()))
    base, amount, carried = found[1]
    assert base == 30_000_000
    # 10,000.00 x 4 % x 30 / 365 = 32.876...
    assert amount == 3_287
    assert amount * PARTS + carried == base * 400 * 72


def test_a_deposit_counts_from_its_day_and_a_withdrawal_no_more_from_its_day() -> None:
    rows = moved((1, 30, 100), (2, 1, 100), (3, 16, -100))
    found = of(interest(rule(), JUNE, opening((1, 0, 0), (2, 0, 0), (3, 100, 0)), rows))
    assert [found[person][0] for person in (1, 2, 3)] == [100, 3_000, 1_500]


def test_the_lowest_balance_of_the_month_for_all_its_days() -> None:
    rows = moved((1, 3, -60), (1, 20, 500), (2, 5, 100), (2, 5, -100), (3, 10, 10))
    lowest = rule(method=Method.LOWEST)
    found = of(interest(lowest, JUNE, opening((1, 100, 0), (2, 7, 0), (3, 0, 0)), rows))
    assert [found[person][0] for person in (1, 2, 3)] == [40 * 30, 7 * 30, 0]


def test_360_days_give_more_than_365() -> None:
    rows = opening((1, 100_000_000, 0))
    assert of(interest(rule(days=360), JUNE, rows, moved()))[1][1] == 333_333
    assert of(interest(rule(days=365), JUNE, rows, moved()))[1][1] == 328_767


def test_no_rate_gives_nothing_and_keeps_what_was_carried() -> None:
    assert of(interest(rule(0), JUNE, opening((1, 999_999, 17)), moved()))[1][1:] == (0, 17)


@pytest.mark.parametrize("points", [0, 1])
def test_what_the_ledger_cannot_hold_is_refused(points: int) -> None:
    with pytest.raises(ValueError, match="below nothing"):
        interest(rule(points), JUNE, opening((1, 100, 0)), moved((1, 4, -101)))
    with pytest.raises(ValueError, match="outside 2026-06"):
        interest(rule(points), JUNE, opening((1, 100, 0)), moved((1, 31, 1)))
    with pytest.raises(ValueError, match="not among"):
        interest(rule(points), JUNE, opening((1, 100, 0)), moved((2, 4, 1)))
    with pytest.raises(ValueError, match="no such interest"):
        InterestRule(points, Method.DAILY, 364, assumed=True)
    with pytest.raises(ValueError, match="no such interest"):
        InterestRule(-1, Method.DAILY, 365, assumed=True)


@st.composite
def savings(draw: Any) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """People and movements that never take a day's end below 0."""
    people, moves = [], []
    for person in range(1, draw(st.integers(1, 4)) + 1):
        balance = draw(st.integers(0, 10**12))
        people.append((person, balance, draw(st.integers(0, PARTS - 1))))
        for day in sorted(draw(st.lists(st.integers(1, 30), max_size=5))):
            change = (
                draw(st.integers(-balance, 10**12).filter(bool)) if balance else draw(st.integers(1, 10**9))
            )
            balance += change
            moves.append((person, day, change))
    return people, moves


RULES = st.builds(rule, st.integers(0, 10_000), st.sampled_from(Method), st.sampled_from((360, 365)))


@given(savings(), RULES, st.randoms(use_true_random=False))
def test_interest_is_never_negative_whole_and_the_same_in_any_order(
    made: tuple[Any, Any], by: InterestRule, random: Any
) -> None:
    people, moves = made
    found = interest(by, JUNE, opening(*people), moved(*moves))
    assert (found["amount_minor"] >= 0).all()
    assert found["carried"].is_between(0, PARTS - 1).all()
    random.shuffle(people)
    random.shuffle(moves)
    assert interest(by, JUNE, opening(*people), moved(*moves)).equals(found)
    for person in people:  # of one alone as among all
        own = [move for move in moves if move[0] == person[0]]
        alone = interest(by, JUNE, opening(person), moved(*own))
        assert alone.equals(found.filter(pl.col("participant_id") == person[0]))
    carried = {row[0]: row[2] for row in people}
    factor = by.rate_basis_points * (26_280 // by.year_days)
    for person, base, amount, left in found.rows():  # nothing is lost or made
        assert amount * PARTS + left == base * factor + carried[person]


@given(savings(), RULES)
def test_the_daily_base_is_what_counting_day_by_day_gives(made: tuple[Any, Any], by: InterestRule) -> None:
    people, moves = made
    found = of(interest(by, JUNE, opening(*people), moved(*moves)))
    for person, balance, _ in people:
        ends = []
        for day in range(1, 31):
            change = sum(minor for who, on, minor in moves if (who, on) == (person, day))
            ends.append((ends[-1] if ends else balance) + change)
        lowest = min(ends)
        assert found[person][0] == (sum(ends) if by.method == Method.DAILY else 30 * lowest)


@given(st.integers(0, 10**10), st.integers(0, 3_000), st.lists(st.integers(1, 28), min_size=1, max_size=18))
def test_months_add_up_to_one_long_period(balance: int, points: int, lengths: list[int]) -> None:
    """The fraction that a month leaves is not lost: many months give what their days together give."""
    carried, given_minor, days = 0, 0, 0
    month = Month(2026, 1)
    for _ in lengths:
        row = of(interest(rule(points), month, opening((1, balance, carried)), moved()))[1]
        given_minor, carried, days = given_minor + row[1], row[2], days + month.last_day.day
        month += 1
    assert given_minor == balance * days * points // (10_000 * 365)


def test_transfers_of_interest_have_the_same_ids_again_and_none_of_nothing() -> None:
    found = interest(rule(), JUNE, opening((1, 1_000_000, 0), (2, 1, 0)), moved())
    accounts = pl.DataFrame({"participant_id": [1, 2], "savings_id": [11, 12]})
    first = interest_transfers(found, accounts, 9, "mx", JUNE, "MXN")
    assert first.select("debit_id", "credit_id", "amount_minor", "kind").rows() == [
        (9, 11, 3_287, TransferKind.INTEREST)
    ]
    assert interest_transfers(found, accounts, 9, "mx", JUNE, "MXN").equals(first)
    assert interest_transfers(found, accounts, 9, "mx", JUNE + 1, "MXN")["id"][0] != first["id"][0]


@given(
    st.lists(st.tuples(st.sampled_from(("es", "en")), *[st.integers(0, 10**12)] * 4), min_size=1, max_size=5)
)
def test_a_message_fits_one_text_message(rows: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(rows, TOLD.dtypes, orient="row")
    texts = message_texts(frame, "mx", date(2026, 9, 30), "MXN", 2)
    assert len(texts) == len(rows)
    assert all(len(text) <= MESSAGE_MAX for text in texts)
    assert set("".join(texts)) <= set(GSM_7)


def test_what_a_message_says() -> None:
    frame = pl.DataFrame([("es", 540_005, 75_000, 0, 10)], TOLD.dtypes, orient="row")
    assert message_texts(frame, "mx", date(2026, 9, 30), "MXN", 2).item() == (
        "Ceiba mx: su ahorro al 30/09/2026 es MXN 5400.05. Trimestre: abonos 750.00, interés 0.00, retiros 0.10."
        " Es suyo: nadie puede cobrarle por ello."
    )
