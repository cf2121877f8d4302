"""What differs from the month before: first what must not alert, then what must."""

from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.variance import ALERTS, PAID, Thresholds, alerts

USUAL = Thresholds()


def paid(people: int, first: int = 0, area: str = "GT-13", amount: int = 25_000, **more: Any) -> pl.DataFrame:
    """So many people of an area, each with an account and a telephone of their own."""
    rows = [
        {
            "participant_id": first + n, "area": area, "amount_minor": amount, "account": f"a{first + n}",
            "phone": f"p{first + n}", "new_account": False,
        } | {name: value(n) if callable(value) else value for name, value in more.items()}
        for n in range(people)
    ]  # fmt: skip
    return pl.DataFrame(rows, PAID.dtypes)


def found(now: pl.DataFrame, before: pl.DataFrame, thresholds: Thresholds = USUAL) -> list[tuple[Any, ...]]:
    return alerts(now, before, thresholds).rows()


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (paid(0), paid(0)),
        (paid(100), paid(100)),
        (paid(110), paid(100)),  # ten in a hundred, and not more
        (paid(90), paid(100)),
        (paid(100, amount=27_500), paid(100)),
        (paid(4), paid(0)),  # too few people to say anything
        (paid(0), paid(4)),
        (paid(4, amount=90_000), paid(4)),
        (paid(100, new_account=lambda n: n < 5), paid(100)),  # five in a hundred, and not more
        (paid(40, new_account=lambda n: n < 4), paid(40)),  # a tenth, and too few people
        (paid(9, phone=lambda n: f"p{n // 3}"), paid(9)),  # three to a telephone
        (paid(9, account=None, phone=None), paid(9)),  # none is nobody's
    ],
)
def test_what_does_not_alert(now: pl.DataFrame, before: pl.DataFrame) -> None:
    assert found(now, before) == []


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (paid(111), paid(100), [("amount", "GT-13", 2_775_000, 2_500_000), ("people", "GT-13", 111, 100)]),
        (paid(89), paid(100), [("amount", "GT-13", 2_225_000, 2_500_000), ("people", "GT-13", 89, 100)]),
        (paid(100, amount=27_501), paid(100), [("amount", "GT-13", 2_750_100, 2_500_000)]),
        (paid(5), paid(0), [("amount", "GT-13", 125_000, 0), ("people", "GT-13", 5, 0)]),
        (paid(0), paid(5), [("amount", "GT-13", 0, 125_000), ("people", "GT-13", 0, 5)]),
        (paid(100, new_account=lambda n: n < 6), paid(100), [("new_accounts", "GT-13", 6, 100)]),
        (paid(9, account=lambda n: f"a{n // 2}"), paid(9), [("shared_account", "", 4, 0)]),
        (
            paid(9, phone=lambda n: f"p{n // 4}"),
            paid(9, phone=lambda n: f"p{n // 4}"),
            [("shared_phone", "", 2, 2)],
        ),
    ],
)
def test_what_alerts(now: pl.DataFrame, before: pl.DataFrame, expected: list[tuple[Any, ...]]) -> None:
    assert found(now, before) == expected


def test_one_area_does_not_hide_behind_another() -> None:
    before = pl.concat([paid(100), paid(100, 1_000, "HN-LE")])
    now = pl.concat([paid(50), paid(150, 1_000, "HN-LE")])
    assert {(code, area) for code, area, _, _ in found(now, before)} == {
        (code, area) for code in ("people", "amount") for area in ("GT-13", "HN-LE")
    }


def test_months_as_they_were_in_2019() -> None:
    """54,000, 150,000, 47,000 and 224,000 people: each of these months would have had to say why."""
    months = [54, 150, 47, 224]
    for before, now in pairwise(months):
        assert "people" in {code for code, *_ in found(paid(now), paid(before))}


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["GT-13", "GT-14", "HN-LE"]), st.integers(1, 50_000), st.none() | st.sampled_from("abc"),
        st.none() | st.sampled_from("xyz"), st.booleans(),
    ), max_size=40,
).map(lambda rows: pl.DataFrame([(n, *row) for n, row in enumerate(rows)], PAID.dtypes, orient="row"))  # fmt: skip


@given(now=PEOPLE, before=PEOPLE, seed=st.integers(0, 1_000))
def test_alerts_are_of_the_set_of_people_and_not_of_their_order(
    now: pl.DataFrame, before: pl.DataFrame, seed: int
) -> None:
    told = alerts(now, before, USUAL)
    ALERTS.check(told)
    assert told.equals(alerts(now.sample(fraction=1, shuffle=True, seed=seed), before.reverse(), USUAL))


@given(same=PEOPLE)
def test_the_same_people_and_amounts_differ_in_nothing(same: pl.DataFrame) -> None:
    assert not {"people", "amount"} & set(alerts(same, same, USUAL)["code"])


@given(now=PEOPLE, before=PEOPLE)
def test_whoever_asks_less_is_told_no_more(now: pl.DataFrame, before: pl.DataFrame) -> None:
    wide = Thresholds(1_000, 1_000, 101, 10, 5, 9)
    keys = ["code", "area"]
    assert set(alerts(now, before, wide).select(keys).rows()) <= set(
        alerts(now, before, USUAL).select(keys).rows()
    )
