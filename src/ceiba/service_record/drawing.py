"""The months of a record as a drawing: a row a year, a cell a month, in the units of the drawing's viewBox.

Each cell says by a sign, not by colour alone, how the month ended, so that it prints in black as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from ceiba.service_record.person import MonthLine
from ceiba.web.words import month_letter

LEFT: Final = 34
CELL: Final = 26
GAP: Final = 2
TOP: Final = 16
WIDTH: Final = LEFT + 12 * CELL


@dataclass(frozen=True, slots=True)
class Cell:
    """A month: where it stands, how it ended, whether it is excused and whether it was decided again."""

    x: int
    y: int
    month: date
    outcome: str
    excused: bool
    revised: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A year and where its name is written."""

    year: str
    y: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole strip; `letters` are those of the months, each with its place."""

    rows: tuple[Row, ...]
    letters: tuple[tuple[int, str], ...]
    height: int
    width: int = WIDTH
    side: int = CELL - GAP


def drawing_of(lines: Sequence[MonthLine]) -> Drawing:
    """The strip of `lines`, every month from the first to the last."""
    rows = []
    for place, (year, months) in enumerate(groupby(lines, key=lambda line: line.month.year)):
        top = TOP + place * CELL
        cells = (
            Cell(
                x=LEFT + (line.month.month - 1) * CELL,
                y=top,
                month=line.month,
                outcome=line.outcome,
                excused=bool(line.excuses),
                revised=bool(line.decided and line.decided.revision),
            )
            for line in months
        )
        rows.append(Row(str(year), top + CELL // 2 + 3, tuple(cells)))
    letters = tuple((LEFT + number * CELL + CELL // 2 - 1, month_letter(number + 1)) for number in range(12))
    return Drawing(tuple(rows), letters, TOP + len(rows) * CELL)
