"""Sums of transfers: the same added up in parts as at once, and what came back pays nobody."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core import paid

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
AREAS = ("GT-1301", "GT-1401", "HN-LE01")
SUMS = (
    (paid.paid, paid.PAID),
    (paid.burn, paid.BURN),
    (paid.lines, paid.LINES),
    (paid.waiting, paid.WAITING),
)


def moved(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """(person, month, for_month, component, amount, waiting); who a person is says where they live."""
    whole = [(person, AREAS[person % 3], *rest) for person, *rest in rows]
    return pl.DataFrame(whole, schema=dict(paid.MOVED.dtypes), orient="row")


def test_what_came_back_pays_nobody() -> None:
    rows = moved((1, MARCH, MARCH, "support", 50, False), (1, APRIL, MARCH, "support", -50, False))
    assert paid.people(rows).is_empty()
    assert set(paid.paid(rows).select("people", "months", "amount_minor").rows()) == {(0, 0, 0)}


def test_what_waits_is_not_paid() -> None:
    rows = moved((1, MARCH, MARCH, "support", 50, True), (2, MARCH, MARCH, "support", -7, True))
    assert all(add_up(rows).is_empty() for add_up in (paid.paid, paid.burn, paid.lines, paid.people))
    assert paid.waiting(rows).item() == 1, "what is to come back is owed to nobody"


def test_a_month_counts_once_whatever_it_is_paid_for() -> None:
    rows = moved((1, MARCH, MARCH, "support", 50, False), (1, APRIL, MARCH, "savings", 5, False))
    whole = paid.paid(rows).filter(pl.col("component").is_null()).row(0, named=True)
    assert (whole["people"], whole["months"], whole["amount_minor"]) == (1, 1, 55)
    assert paid.people(rows).rows() == [(1, AREAS[1], 1, 55)]
    assert sorted(paid.burn(rows)["amount_minor"]) == [5, 50]


transfers = st.lists(
    st.tuples(
        st.integers(0, 8), st.sampled_from((MARCH, APRIL, None)), st.sampled_from((MARCH, APRIL)),
        st.sampled_from(("support", "savings")), st.integers(-90, 90).filter(bool), st.booleans(),
    ),
    max_size=30,
)  # fmt: skip


@pytest.mark.parametrize(("add_up", "schema"), SUMS)
@given(rows=transfers, parts=st.integers(1, 4))
def test_in_parts_is_as_at_once(rows: Any, parts: int, add_up: Any, schema: Any) -> None:
    whole = moved(*rows)
    split = [add_up(whole.filter(pl.col("participant_id") % parts == number)) for number in range(parts)]
    together = paid.together(split, schema)
    assert together.sort(schema.names).equals(add_up(whole).sort(schema.names))


@given(transfers)
def test_every_cent_is_in_each_of_the_sums(rows: Any) -> None:
    whole = moved(*rows)
    settled = whole.filter(~pl.col("waiting"))
    total = settled["amount_minor"].sum()
    sums, alike = paid.paid(whole), paid.lines(whole)
    assert sums.filter(pl.col("component").is_null())["amount_minor"].sum() == total
    assert sums.filter(pl.col("component").is_not_null())["amount_minor"].sum() == total
    assert (alike["each_minor"] * alike["lines"]).sum() == total
    assert (
        paid.burn(whole)["amount_minor"].sum()
        == settled.filter(pl.col("month").is_not_null())["amount_minor"].sum()
    )
