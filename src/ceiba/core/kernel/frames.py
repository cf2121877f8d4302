"""Schemas of frames: what mypy cannot see, checked on entering and leaving each core function."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl
from polars.datatypes import DataType, DataTypeClass

Dtype = DataType | DataTypeClass

OUTCOMES: Final = ("pay", "hold", "refuse")
Outcome: Final = pl.Enum(OUTCOMES)


class FrameError(TypeError):
    """A frame that does not have the columns it was promised to have: a defect in our code, not an input."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its dtype, whether it may hold nulls, and what it means."""

    name: str
    dtype: Dtype
    nullable: bool = False
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class FrameSchema:
    """The ordered columns of a kind of frame, and the ones that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @property
    def dtypes(self) -> dict[str, Dtype]:
        """Name -> dtype, as polars takes a schema."""
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """A frame of no rows."""
        return pl.DataFrame(schema=dict(self.dtypes))

    def extended(self, name: str, more: Iterable[Column]) -> "FrameSchema":
        """This schema with columns added at the end."""
        return FrameSchema(name, (*self.columns, *more), self.key)

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame's columns of this schema, in order.

        Raises FrameError for a missing column, another dtype, or a null where none may be.
        """
        actual = dict(frame.schema)
        wrong = [
            f"{column.name}: {actual.get(column.name, 'missing')}, expected {column.dtype}"
            for column in self.columns
            if actual.get(column.name) != column.dtype
        ]
        if wrong:
            raise FrameError(f"{self.name}: " + "; ".join(wrong))
        nulls = [c.name for c in self.columns if not c.nullable and frame[c.name].null_count()]
        if nulls:
            raise FrameError(f"{self.name}: nulls in {', '.join(nulls)}")
        return frame if frame.columns == self.names else frame.select(self.names)
