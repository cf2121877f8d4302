"""A calendar month, the unit in which Ceiba decides."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

import polars as pl

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "month.malformed": {
            "es": "«{text}» no es un mes; escríbalo como 2026-03.",
            "en": '"{text}" is not a month; write it as 2026-03.',
        }
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """Year and month (1 to 12); ordered; `str` gives 2026-03."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise CeibaError(Problem("month.malformed", values={"text": f"{self.year}-{self.month}"}))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-03`. Raises CeibaError (month.malformed)."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
        if match is None:
            raise CeibaError(Problem("month.malformed", values={"text": text}))
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that holds `day`."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __add__(self, months: int) -> "Month":
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, month + 1)

    def __sub__(self, other: "Month") -> int:
        return (self.year - other.year) * 12 + self.month - other.month

    @property
    def first_day(self) -> date:
        """The day by which frames and tables name the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The 28th to the 31st."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])


def month_range(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included; nothing when last < first."""
    for step in range(last - first + 1):
        yield first + step


def month_number(day: pl.Expr) -> pl.Expr:
    """The month of each day or time as a count of months (Int32), so that two can be subtracted."""
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32)
