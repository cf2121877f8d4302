"""Charts as numbers for templates: where each bar stands, in the units of the drawing's viewBox.

The templates draw SVG with classes for colours, so that the content policy needs no exception and a chart prints,
scales and works without scripts. Coordinates are text: a template would write 1,234.5 for a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 220
LETTER: Final = 7.2  # how wide a digit of the scale is, at most
TICK_GAP: Final = 8  # between the scale and the bars
RIGHT: Final = 28
BOTTOM: Final = 24
TOP: Final = 8
WIDE: Final = 840
NARROW: Final = 340


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of a bar: its place and the class that colours it."""

    x: str
    y: str
    width: str
    height: str
    css: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of parts from the ground up; `label` is written under it, `hint` is read out, `href` leads on."""

    rects: tuple[Rect, ...]
    x: str
    width: str
    middle: str
    label: str
    hint: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale and what is written at it."""

    y: str
    text_y: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """What a bar shows: parts (css class, value) from the ground up."""

    parts: tuple[tuple[str, int], ...]
    label: str
    hint: str
    href: str = ""
    here: bool = False

    @property
    def total(self) -> int:
        """The height of the whole bar."""
        return sum(value for _, value in self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars, ready to draw."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    width: int
    left: str
    right: str
    tick_x: str
    height: int = HEIGHT
    ground: str = str(HEIGHT - BOTTOM)
    label_y: str = str(HEIGHT - 7)
    top: str = str(TOP)
    plot_height: str = str(HEIGHT - BOTTOM - TOP)


def number(value: float) -> str:
    """A coordinate: at most one decimal, no exponent."""
    return f"{value:.1f}".removesuffix(".0")


def nice_steps(most: int, steps: int = 4) -> list[int]:
    """0 and round numbers up to at least `most`: 1, 2, 2.5 or 5 times a power of ten apart (whole numbers)."""
    if most <= 0:
        return [0, 1]
    raw = most / steps
    power = 10 ** max(0, len(str(int(raw))) - 1)
    step = next(
        int(factor * power)
        for factor in (1, 2, 2.5, 5, 10)
        if factor * power >= raw and factor * power == int(factor * power)
    )
    return list(range(0, most + step, step))


@dataclass(frozen=True, slots=True)
class Charts:
    """The same chart for a desktop and for a telephone; the style sheet shows one of them."""

    wide: Chart
    narrow: Chart


def column_charts(
    columns: Sequence[Column], tick_labels: Sequence[tuple[int, str]], label_width: int = 64
) -> Charts:
    """Stacked bars side by side; the scale is `tick_labels` (value, text), whose last value is the full height.

    As many bars get their label as have room for `label_width`, the last and the present one always.
    """
    return Charts(
        _column_chart(columns, tick_labels, WIDE, label_width),
        _column_chart(columns, tick_labels, NARROW, label_width),
    )


def _column_chart(
    columns: Sequence[Column], tick_labels: Sequence[tuple[int, str]], width: int, label_width: int
) -> Chart:
    most = max((value for value, _ in tick_labels), default=1) or 1
    high = HEIGHT - BOTTOM - TOP
    tick_x = LETTER * max((len(text) for _, text in tick_labels), default=0)
    start = tick_x + TICK_GAP
    slot = (width - start - RIGHT) / max(len(columns), 1)
    thick = min(max(slot * 0.76, 2), 56)
    every = max(1, -(-label_width // max(int(slot), 1)))
    here = next((i for i, column in enumerate(columns) if column.here), len(columns) - 1)

    def bar(index: int, column: Column) -> Bar:
        left = start + slot * index
        x, y, rects = left + (slot - thick) / 2, float(HEIGHT - BOTTOM), []
        for css, value in column.parts:
            tall = high * value / most
            y -= tall
            rects.append(Rect(number(x), number(y), number(thick), number(tall), css))
        shown = column.label if (here - index) % every == 0 else ""
        middle = number(left + slot / 2)
        return Bar(
            tuple(rects), number(left), number(slot), middle, shown, column.hint, column.href, column.here
        )

    def tick(value: int, text: str) -> Tick:
        y = HEIGHT - BOTTOM - high * value / most
        return Tick(number(y), number(y + 4), text)

    return Chart(
        tuple(bar(i, column) for i, column in enumerate(columns)),
        tuple(tick(value, text) for value, text in tick_labels),
        width,
        number(start),
        str(width - RIGHT),
        number(tick_x),
    )


def split_bar(parts: Sequence[tuple[str, int]], whole: int, width: int = 100) -> tuple[Rect, ...]:
    """One horizontal bar: parts (css class, value) side by side, `whole` the full width."""
    x, rects = 0.0, []
    for css, value in parts:
        wide = width * value / whole if whole else 0.0
        rects.append(Rect(f"{x:.2f}", "0", f"{wide:.2f}", "10", css))
        x += wide
    return tuple(rects)
