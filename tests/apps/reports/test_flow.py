"""The picture of the money: bands are as thick as what they stand for, and fit their nodes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ceiba.funding.selectors import Money, PaidCell
from ceiba.reports.results.flow import TALL, Link, Part, flow
from ceiba.reports.results.picture import PLACES_SHOWN, picture


def part(key: str, value: int) -> Part:
    return Part(key, key, value, "fill-pay", str(value))


def thick(path: str) -> float:
    """The difference of the first and the last point's heights."""
    numbers = [float(each) for each in re.findall(r"-?[\d.]+", path)]
    return numbers[-1] - numbers[1]


def test_of_nothing_there_is_no_picture() -> None:
    assert flow([[]], []) is None
    assert flow([[part("a", 0)]], []) is None
    assert picture(Money(0, 0, 0, 0), [], {}, {}, "USD").drawing is None


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8))
def test_bands_fill_the_node_they_leave(values: list[int]) -> None:
    parts = [part(f"b{i}", value) for i, value in enumerate(values)]
    whole = part("a", sum(values))
    drawn = flow([[whole], parts], [Link("a", each.key, each.value, "") for each in parts])
    assert drawn is not None
    assert float(drawn.nodes[0].height) == TALL
    for band, value in zip(drawn.bands, values, strict=True):
        assert abs(thick(band.path) - max(TALL * value / sum(values), 0.8)) < 0.2


def test_only_told_amounts_are_drawn_and_small_places_are_one() -> None:
    many = [PaidCell("support", f"GT-{i:02d}", 10, 10, 1_000 * (i + 1)) for i in range(PLACES_SHOWN + 5)]
    hidden = PaidCell("support", "GT-99", None, None, None)
    whole = PaidCell(None, None, 100, 100, 999_999)
    made = picture(Money(500_000, 400_000, 120_000, 0), [*many, hidden, whole], {}, {}, "USD")
    assert len(made.rows) == PLACES_SHOWN + 5
    assert "GT-99" not in {row.place for row in made.rows}
    assert made.drawing is not None
    assert len(made.drawing.nodes) == 1 + 2 + 2 + PLACES_SHOWN + 1
