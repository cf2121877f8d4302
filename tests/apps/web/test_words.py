"""Amounts, months and shares as people write them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from ceiba.web import words
from ceiba.web.charts import Column, column_charts, nice_steps, split_bar
from ceiba.web.templatetags.ceiba import number_with_unit


@pytest.mark.parametrize(
    ("language", "minor", "whole", "text"),
    [
        ("es", 25_000, False, "USD 250.00"),
        ("es", 123_456_789, False, "USD 1,234,567.89"),
        ("es", -25_000, False, "USD −250.00"),
        ("en", 943_225_000, True, "USD 9,432,250"),
        ("es", 0, False, "USD 0.00"),
        ("es", None, False, "—"),
    ],
)
def test_money_is_written_with_its_code(language: str, minor: int | None, whole: bool, text: str) -> None:
    with translation.override(language):
        assert words.amount(minor, "USD", whole=whole).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("language", "month", "short", "moment"),
    [
        ("es", "octubre de 2026", "oct 2026", "7 sep 2026, 05:04"),
        ("en", "October 2026", "Oct 2026", "7 Sep 2026, 05:04"),
    ],
)
def test_months_and_days(language: str, month: str, short: str, moment: str) -> None:
    with translation.override(language):
        assert words.month_name(date(2026, 10, 1)) == month
        assert words.month_name(date(2026, 10, 1), short=True) == short
        assert words.day_name(datetime(2026, 9, 7, 5, 4, tzinfo=UTC)) == moment
    assert words.day_name(None) == "—"


def test_numbers_with_units() -> None:
    with translation.override("es"):
        assert number_with_unit(1, "tasks") == "1 tarea"
        assert number_with_unit(2_500, "plants") == "2,500 plantas"
        assert number_with_unit(80, "percent") == "80 %"
        assert number_with_unit(25_000, "m2").replace("\u00a0", " ") == "2.50 ha"
        assert number_with_unit(4_180, "m²").replace("\u00a0", " ") == "4,180 m²"


def test_what_is_kept_back_is_said_so() -> None:
    assert words.count(None) == "<5"
    assert words.share(None, 10) == "—"
    assert words.share(3, 0) == "—"


@pytest.mark.parametrize(("most", "last"), [(0, 1), (1, 1), (7, 8), (80, 80), (81, 100), (450_000, 600_000)])
def test_scales_end_on_a_round_number(most: int, last: int) -> None:
    steps = nice_steps(most)
    assert steps[0] == 0
    assert steps[-1] >= most
    assert len(steps) <= 6
    assert steps[-1] <= max(2 * most, 1)
    assert all(isinstance(step, int) for step in steps)


def test_bars_stand_on_each_other_and_fill_the_scale() -> None:
    columns = [
        Column((("pay", 30), ("hold", 10)), "oct", "octubre", here=True),
        Column((("pay", 0),), "nov", ""),
    ]
    chart = column_charts(columns, [(0, "0"), (40, "40")]).wide
    pay, hold = chart.bars[0].rects
    assert float(hold.y) + float(hold.height) == pytest.approx(float(pay.y))
    assert float(hold.y) == pytest.approx(float(chart.top))
    assert float(pay.y) + float(pay.height) == pytest.approx(float(chart.ground))
    assert chart.bars[0].label == "oct"


def test_a_split_bar_never_leaves_its_frame() -> None:
    rects = split_bar([("a", 1), ("b", 2), ("c", 3)], 6)
    assert float(rects[-1].x) + float(rects[-1].width) == pytest.approx(100, abs=0.02)
    assert split_bar([("a", 0)], 0)[0].width == "0.00"
