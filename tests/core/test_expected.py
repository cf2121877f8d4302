"""Bookings that were recorded by themselves: found by name, one for one, and never by amount alone."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.expected import EXPECTED, PAIRS, books_ahead, left_open, paired
from ceiba.core.matching import OPEN_ITEMS, Direction, Kind

DAY = date(2026, 11, 10)
DAYS = 5
IN, OUT = Direction.IN.value, Direction.OUT.value


def booking(key: str = "entry:E1", **other: Any) -> dict[str, Any]:
    plain: dict[str, Any] = dict.fromkeys(OPEN_ITEMS.names)
    plain |= {
        "key": key, "kind": Kind.OTHER.value, "direction": IN, "amount_minor": 1_000, "currency": "USD",
        "entry": key.partition(":")[2], "booked_on": DAY, "reference": "REF 1",
    }  # fmt: skip
    return plain | other


def record(name: str = "disbursement:1", **other: Any) -> dict[str, Any]:
    plain = {
        "expected": name, "direction": IN, "amount_minor": 1_000, "currency": "USD", "day": DAY, "reference": "ref1",
        "end_to_end_id": None, "in_books": True, "only_with": None,
    }  # fmt: skip
    return plain | other


def frames(
    bookings: list[dict[str, Any]], records: list[dict[str, Any]]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    loose, expected = pl.DataFrame(bookings, OPEN_ITEMS.dtypes), pl.DataFrame(records, EXPECTED.dtypes)
    return loose, expected, paired(loose, expected, days=DAYS)


def pairs(bookings: list[dict[str, Any]], records: list[dict[str, Any]]) -> dict[str, tuple[str, int]]:
    found = frames(bookings, records)[2]
    assert found.columns == PAIRS.names
    return {key: (expected, beyond) for key, expected, beyond in found.rows()}


@pytest.mark.parametrize(
    "other",
    [
        {"reference": "REF-2"},
        {"reference": None},
        {"reference": ""},
        {"direction": OUT},
        {"currency": "MXN"},
        {"booked_on": DAY + timedelta(days=DAYS + 1)},
        {"booked_on": DAY - timedelta(days=DAYS + 1)},
        {"booked_on": None},
    ],
)
def test_the_same_amount_is_not_enough(other: dict[str, Any]):
    assert pairs([booking(**other)], [record()]) == {}


def test_two_that_nobody_names_are_not_each_other():
    assert pairs([booking(reference=None, entry=None)], [record(reference=None)]) == {}


@pytest.mark.parametrize("column", ["reference", "end_to_end_id", "batch", "message", "entry"])
def test_whatever_the_bank_calls_it(column: str):
    named = booking(**{"reference": None, "entry": None} | {column: "r e F1"})
    assert pairs([named], [record()]) == {"entry:E1": ("disbursement:1", 0)}
    assert pairs([named], [record(reference=None, end_to_end_id="REF1")]) == {
        "entry:E1": ("disbursement:1", 0)
    }


def test_another_amount_is_matched_and_the_difference_stays_open():
    loose, expected, found = frames([booking(amount_minor=900)], [record()])
    assert found["beyond_minor"].to_list() == [-100]
    (item,) = left_open(loose, expected, found, days=DAYS, stated_from=None, stated_until=None).to_dicts()
    assert (item["key"], item["kind"], item["direction"], item["amount_minor"]) == (
        "differs:disbursement:1", "differs", OUT, 100,
    )  # fmt: skip
    more = frames([booking(amount_minor=900, direction=OUT)], [record(direction=OUT)])
    assert more[2]["beyond_minor"].to_list() == [100]  # less left than was recorded: the account has more


def test_of_several_the_right_amount_then_the_nearest_day_goes_first():
    near, right = booking("entry:A", amount_minor=1), booking("entry:B", booked_on=DAY + timedelta(days=3))
    assert pairs([near, right], [record()]) == {"entry:B": ("disbursement:1", 0)}
    far, close = booking("entry:A", booked_on=DAY + timedelta(days=3)), booking("entry:B")
    assert pairs([far, close], [record()]) == {"entry:B": ("disbursement:1", 0)}
    assert pairs([booking()], [record("disbursement:2"), record("disbursement:1")]) == {
        "entry:E1": ("disbursement:1", 0)
    }


def test_what_came_back_is_only_with_what_left():
    left = booking("entry:A", direction=OUT, reference="M3")
    back = booking("entry:B", reference="M3")
    move = {"reference": None, "end_to_end_id": "M3", "in_books": False}
    out = record("move:3:out", direction=OUT, **move)
    came = record("move:3:back", only_with="move:3:out", **move)
    assert pairs([back], [out, came]) == {}
    assert set(pairs([left, back], [out, came])) == {"entry:A", "entry:B"}
    ended = out | {"only_with": "move:3:back"}
    assert pairs([left], [ended, came]) == {}
    assert set(pairs([left, back], [ended, came])) == {"entry:A", "entry:B"}


@pytest.mark.parametrize(
    ("since", "until", "is_late"),
    [
        (None, None, False),
        (DAY, DAY + timedelta(days=DAYS - 1), False),
        (DAY + timedelta(days=1), DAY + timedelta(days=99), False),  # before the first statement
        (DAY, DAY + timedelta(days=DAYS), True),
    ],
)
def test_what_no_statement_shows_is_told_once_its_days_have_passed(since: Any, until: Any, is_late: bool):
    loose, expected, found = frames([], [record(), record("move:1:back", only_with="move:1:out")])
    still = left_open(loose, expected, found, days=DAYS, stated_from=since, stated_until=until)
    assert still["key"].to_list() == (["unseen:disbursement:1"] if is_late else [])


def test_the_books_are_ahead_by_what_no_statement_shows_and_behind_by_half_a_move():
    half = record("move:1:out", direction=OUT, amount_minor=70, in_books=False, reference="M1")
    shown = booking("entry:M", direction=OUT, amount_minor=70, reference="M1")
    _, expected, found = frames(
        [shown], [record(), half, record("disbursement:0", day=DAY - timedelta(days=9))]
    )
    assert books_ahead(expected, found, stated_from=DAY) == 1_000 + 70
    assert books_ahead(expected, found, stated_from=None) == 70


NAME = st.sampled_from([None, "", "R1", "r 1", "R2", "R3"])
WHEN = st.sampled_from([DAY + timedelta(days=days) for days in (-9, -5, -1, 0, 2, 9)])
MINOR = st.sampled_from([1, 999, 1_000])
SIDE = st.sampled_from([IN, OUT])
MONEY = st.sampled_from(["USD", "USD", "MXN"])
BOOKINGS = st.lists(
    st.builds(
        booking,
        st.integers(0, 9).map(lambda number: f"entry:E{number}"),
        reference=NAME, batch=NAME, booked_on=WHEN, amount_minor=MINOR, direction=SIDE, currency=MONEY,
    ),
    max_size=8,
    unique_by=lambda each: each["key"],
)  # fmt: skip
RECORDS = st.lists(
    st.builds(
        record,
        st.integers(0, 9).map(lambda number: f"disbursement:{number}"),
        reference=NAME, end_to_end_id=NAME, day=WHEN, amount_minor=MINOR, direction=SIDE, currency=MONEY,
        in_books=st.booleans(), only_with=st.sampled_from([None, None, "disbursement:0"]),
    ),
    max_size=8,
    unique_by=lambda each: each["expected"],
)  # fmt: skip


def signed(rows: list[dict[str, Any]]) -> int:
    return sum(each["amount_minor"] * (1 if each["direction"] == IN else -1) for each in rows)


@given(BOOKINGS, RECORDS, st.data())
def test_any_order_gives_the_same_pairs_one_for_one(bookings, records, data):
    found = pairs(bookings, records)
    assert pairs(data.draw(st.permutations(bookings)), data.draw(st.permutations(records))) == found
    assert len({expected for expected, _ in found.values()}) == len(found)


@given(BOOKINGS, RECORDS)
def test_a_pair_has_a_name_a_way_and_a_currency_in_common(bookings, records):
    by_key = {each["key"]: each for each in bookings}
    by_name = {each["expected"]: each for each in records}

    def names(row: dict[str, Any], *columns: str) -> set[str]:
        return {(row[column] or "").replace(" ", "").upper() for column in columns} - {""}

    for key, (expected, _) in pairs(bookings, records).items():
        one, other = by_key[key], by_name[expected]
        assert (one["direction"], one["currency"]) == (other["direction"], other["currency"])
        assert names(one, "reference", "batch", "entry") & names(other, "reference", "end_to_end_id")
        assert abs((one["booked_on"] - other["day"]).days) <= DAYS


@given(BOOKINGS, RECORDS)
def test_every_cent_is_recorded_or_a_difference_or_loose(bookings, records):
    loose, expected, found = frames(bookings, records)
    still = left_open(loose, expected, found, days=DAYS, stated_from=None, stated_until=None)
    matched = set(found["key"])
    unmatched = [each for each in bookings if each["key"] not in matched]
    recorded = [each for each in records if each["expected"] in set(found["expected"])]
    assert signed(bookings) == signed(unmatched) + signed(recorded) + signed(still.to_dicts())
    assert still["key"].is_unique().all()
