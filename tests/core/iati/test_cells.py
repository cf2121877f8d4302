"""Small cells go up until nobody can be singled out; sums hold to the cent."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.iati.cells import CELLS, told_cells
from tests.core.iati.knowledge import LEAST, cells

JAN, FEB, NEXT = date(2025, 1, 1), date(2025, 2, 1), date(2026, 1, 1)
MONTHS = (JAN, FEB, date(2025, 12, 1), NEXT)
PLACES = ("GT-13", "GT-14", "HN-LE", "SV-AH")


def told(*rows: tuple[str, str, date, str, int, int]) -> set[tuple[str | None, ...]]:
    frame = told_cells(cells(rows), LEAST)
    return set(
        frame.select("component", "first_month", "month", "country", "area", "people", "amount_minor").rows()
    )


def test_a_small_cell_is_not_told_by_itself_nor_found_by_subtraction() -> None:
    """Four people in Quiché: with them goes the smallest other department, or the country's sum would show them."""
    assert told(
        ("A", "s", JAN, "GT-13", 200, 1),
        ("A", "s", JAN, "GT-14", 4, 2),
        ("A", "s", JAN, "GT-16", 40, 4),
        ("A", "s", JAN, "HN-LE", 9, 8),
    ) == {
        ("s", JAN, JAN, "GT", "GT-13", 200, 1),
        ("s", JAN, JAN, "GT", None, 44, 6),
        ("s", JAN, JAN, "HN", "HN-LE", 9, 8),
    }


def test_small_cells_that_are_enough_together_take_no_other_with_them() -> None:
    assert told(
        ("A", "s", JAN, "GT-13", 2, 1), ("A", "s", JAN, "GT-14", 3, 2), ("A", "s", JAN, "GT-16", 7, 4)
    ) == {
        ("s", JAN, JAN, "GT", None, 5, 3),
        ("s", JAN, JAN, "GT", "GT-16", 7, 4),
    }


def test_a_small_country_goes_up_to_several_countries() -> None:
    assert told(("A", "s", JAN, "GT-13", 6, 1), ("A", "s", JAN, "HN-LE", 1, 2)) == {
        ("s", JAN, JAN, None, None, 7, 3)
    }


def test_a_small_month_goes_into_its_year_and_counts_its_people_once() -> None:
    """The three of January may be three of February's: only the largest month is sure."""
    assert told(
        ("A", "s", JAN, "GT-13", 3, 1), ("A", "s", FEB, "GT-13", 9, 2), ("A", "s", NEXT, "GT-13", 9, 4)
    ) == {
        ("s", JAN, FEB, "GT", None, 9, 3),
        ("s", NEXT, NEXT, "GT", "GT-13", 9, 4),
    }


def test_an_agreement_that_paid_too_few_is_told_as_one_sum() -> None:
    assert told(("A", "s", JAN, "GT-13", 2, 1), ("A", "t", NEXT, "GT-14", 1, 2)) == {
        (None, JAN, NEXT, "GT", None, 2, 3)
    }


def test_enough_people_everywhere_are_told_as_they_are() -> None:
    assert told(("A", "s", JAN, "GT-13", 5, 1)) == {("s", JAN, JAN, "GT", "GT-13", 5, 1)}
    assert told_cells(CELLS.empty(), LEAST).is_empty()


row = st.tuples(
    st.sampled_from("AB"),
    st.sampled_from(("s", "t")),
    st.sampled_from(MONTHS),
    st.sampled_from(PLACES),
    st.integers(1, 12),
    st.integers(-(10**9), 10**12),
)


@given(st.lists(row, max_size=60, unique_by=lambda r: r[:4]))
def test_sums_hold_and_no_cell_is_small(rows: list[tuple[str, str, date, str, int, int]]) -> None:
    made = cells(rows)
    frame = told_cells(made, LEAST)
    before = {r[0]: r[1] for r in made.group_by("agreement").agg(pl.sum("amount_minor")).rows()}
    assert before == {r[0]: r[1] for r in frame.group_by("agreement").agg(pl.sum("amount_minor")).rows()}
    small = frame.filter(pl.col("people") < LEAST)
    alone = frame.group_by("agreement").len().filter(pl.col("len") == 1)["agreement"]
    assert set(small["agreement"]) <= set(alone)
    assert frame.select("agreement", "component", "first_month", "month", "country", "area").is_unique().all()
    assert frame.equals(told_cells(made.sample(fraction=1, shuffle=True, seed=1), LEAST))


@given(st.lists(row, max_size=60, unique_by=lambda r: r[:4]))
def test_what_is_told_of_a_department_is_what_it_was_paid(
    rows: list[tuple[str, str, date, str, int, int]],
) -> None:
    told_of = told_cells(cells(rows), LEAST).drop_nulls("area")
    known = {(a, c, m, place, people, amount) for a, c, m, place, people, amount in rows}
    shown = told_of.select("agreement", "component", "month", "area", "people", "amount_minor").rows()
    assert set(shown) <= known
    assert told_of["people"].min() is None or told_of["people"].min() >= LEAST
