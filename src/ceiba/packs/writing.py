"""Frames as the CSV of a pack: what `packs.plain` reads back, value for value."""

from pathlib import Path

import polars as pl

from ceiba.core.kernel.frames import Column as FrameColumn
from ceiba.core.kernel.frames import FrameSchema
from ceiba.packs.layout import Column, Part
from ceiba.packs.plain import ESCAPE

_TIME = pl.Datetime("us", "UTC")


def part_of(schema: FrameSchema) -> Part:
    """The columns of a schema as a manifest tells them."""
    return Part(tuple(Column(c.name, _dtype_name(c), c.nullable) for c in schema), schema.key)


def write_csv(frame: pl.DataFrame, schema: FrameSchema, path: Path) -> None:
    """Write the schema's columns of `frame` as text, a heading first, in the order of the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.select(_text(column) for column in schema).write_csv(path, null_value="")


def _dtype_name(column: FrameColumn) -> str:
    return "String" if isinstance(column.dtype, pl.Enum) else str(column.dtype)


def _text(column: FrameColumn) -> pl.Expr:
    value = pl.col(column.name)
    if column.dtype == pl.List:
        return value.list.join(" ")
    if column.dtype == pl.Date:
        return value.dt.to_string("%Y-%m-%d")
    if column.dtype == _TIME:
        return value.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
    if column.dtype == pl.Binary:
        return value.bin.encode("hex")
    text = value.cast(pl.String)
    if not (column.nullable and column.dtype == pl.String):
        return text
    marked = (text == "") | text.str.starts_with(ESCAPE)
    return pl.when(marked).then(pl.lit(ESCAPE) + text).otherwise(text).alias(column.name)
