"""Counts told to outsiders are never small and never exact enough to find a small one by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.disclosure import disclosed, disclosed_amount

LEAST = 5


@given(st.integers(0, 10**7))
def test_what_is_told_is_near_and_never_small(count: int) -> None:
    told = disclosed(count, LEAST)
    if 0 < count < LEAST:
        assert told is None
    else:
        assert told is not None
        assert told % LEAST == 0
        assert abs(told - count) < LEAST / 2
        assert (told == 0) == (count == 0)


@pytest.mark.parametrize("others", [[20], [20, 35], [5, 6, 7]])
def test_a_hidden_cell_is_not_found_by_subtraction(others: list[int]) -> None:
    """Whatever the hidden count, from 1 to 4, some other one is told by the same sum and neighbours."""

    def told(hidden: int, rest: list[int]) -> tuple[object, ...]:
        return (disclosed(sum(rest) + hidden, LEAST), *(disclosed(n, LEAST) for n in rest))

    near = [[n + d for n, d in zip(others, shift, strict=True)] for shift in _shifts(len(others))]
    for hidden in range(1, LEAST):
        told_of_it = told(hidden, others)
        also = {h for h in range(1, LEAST) for rest in near if told(h, rest) == told_of_it}
        assert len(also) > 1


def _shifts(width: int) -> list[tuple[int, ...]]:
    if width == 0:
        return [()]
    return [(d, *rest) for d in (-2, -1, 0, 1, 2) for rest in _shifts(width - 1)]


@given(st.integers(0, 1000), st.integers(1, 10**6))
def test_an_amount_tells_no_more_than_the_count(count: int, each: int) -> None:
    told = disclosed(count, LEAST)
    expected = None if told is None else told * each
    assert disclosed_amount(count * each, count, LEAST) == expected


def test_insiders_are_told_everything() -> None:
    assert [disclosed(n, 0) for n in (0, 1, 7)] == [0, 1, 7]
    assert disclosed_amount(75, 3, 0) == 75
