"""Trees alive: nothing is claimed without a count, and the interval comes from differences between people."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.survival import PLANTS, TreesAlive, trees_alive


def people(*rows: tuple[int | None, int | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame([(i, *row) for i, row in enumerate(rows)], PLANTS.dtypes, orient="row")


def test_nothing_is_claimed_without_a_count() -> None:
    assert trees_alive(PLANTS.empty()) == TreesAlive(0, 0, None, None, None)
    nobody_counted = people((1_000, None, None), (None, 50, 40), (0, 50, 50), (500, 0, 0))
    assert trees_alive(nobody_counted) == TreesAlive(1_500, 0, None, None, None)


def test_one_count_gives_no_interval() -> None:
    assert trees_alive(people((1_000, 50, 40), (1_000, None, None))) == TreesAlive(
        2_000, 1, 1_600, None, None
    )


def test_a_worked_case() -> None:
    # Rates 0.8 and 0.6, of equal weight: ratio 0.7; residuals +-100, squares 20,000, times 2/1;
    # width 1.96 * sqrt(40,000) / 2,000 = 0.196.
    assert trees_alive(people((1_000, 50, 40), (1_000, 50, 30))) == TreesAlive(2_000, 2, 1_400, 1_008, 1_792)


def test_who_planted_more_weighs_more() -> None:
    found = trees_alive(people((3_000, 10, 10), (1_000, 10, 0)))
    assert found.alive == 3_000
    assert (found.low, found.high) == (60, 4_000)


counts = st.tuples(st.integers(1, 5_000), st.integers(1, 100), st.integers(0, 100)).map(
    lambda row: (row[0], row[1], min(row[1], row[2]))
)


@given(st.lists(counts, min_size=2, max_size=30))
def test_between_none_and_all_and_within_its_interval(rows: list[tuple[int, int, int]]) -> None:
    found = trees_alive(people(*rows))
    assert found.alive is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.alive <= found.high <= found.planted


@given(counts, st.integers(2, 20))
def test_people_alike_leave_no_doubt(row: tuple[int, int, int], many: int) -> None:
    found = trees_alive(people(*[row] * many))
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low <= 1
