"""Frames as files for people: nothing in them is a formula, and reading them back gives the same rows."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Final

import polars as pl
import xlsxwriter

from ceiba.core.cells import ColumnSpec
from ceiba.frames.tabular.common import Fail
from ceiba.frames.tabular.guard import guarded

FORMATS: Final = ("csv", "xlsx", "parquet")
SLICE_ROWS: Final = 50_000
EXCEL_ROWS_MAX: Final = 1_048_575  # besides the headings
EXCEL_CELL_MAX: Final = 32_767


def write_table(
    frame: pl.DataFrame,
    columns: Sequence[ColumnSpec],
    out: IO[bytes],
    *,
    fmt: str,
    headings: str = "name",
    bom: bool = False,
    name: str = "",
) -> int:
    """Write the columns of `frame` to `out` as "csv", "xlsx" or "parquet"; returns the row count.

    `headings` is "name", "es" or "en"; `bom` marks CSV as UTF-8 for Excel. Texts that a spreadsheet would take
    for formulas are guarded in CSV and plain strings in XLSX. Raises CeibaError for what Excel cannot hold.
    """
    titles = [str(getattr(column, headings)) for column in columns]
    rows = frame.select(column.name for column in columns)
    if fmt == "parquet":
        rows.rename(dict(zip(rows.columns, titles, strict=True))).write_parquet(out, statistics=False)
    elif fmt == "csv":
        out.writelines(csv_parts(rows, titles, bom=bom))
    elif fmt == "xlsx":
        _check_excel(rows, Fail(name))
        _write_xlsx(rows, titles, out)
    else:
        raise ValueError(f"unknown format {fmt}")
    return rows.height


def csv_parts(rows: pl.DataFrame, titles: Sequence[str], *, bom: bool) -> Iterator[bytes]:
    """CSV in UTF-8 piece by piece, texts guarded; `bom` marks it as UTF-8 for Excel."""
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    head = pl.DataFrame({title: [] for title in titles}).write_csv().encode()
    yield codecs.BOM_UTF8 + head if bom else head
    for part in rows.iter_slices(SLICE_ROWS):
        guarded_part = part.with_columns(guarded(pl.col(texts)))
        yield guarded_part.write_csv(include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.f%:z").encode()


def _check_excel(rows: pl.DataFrame, fail: Fail) -> None:
    if rows.height > EXCEL_ROWS_MAX:
        raise fail.error("file.excel_rows", limit=EXCEL_ROWS_MAX)
    for column in rows.iter_columns():
        if column.dtype == pl.String and (column.str.len_chars() > EXCEL_CELL_MAX).any():
            raise fail.error("file.excel_cell", column=column.name)


def _write_xlsx(rows: pl.DataFrame, titles: list[str], out: IO[bytes]) -> None:
    """A cell at a time, as text or number by its type: xlsxwriter guesses nothing."""
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title)
    number = 0
    for part in rows.iter_slices(SLICE_ROWS):
        for cells in zip(*(_excel_values(column) for column in part.iter_columns()), strict=True):
            number += 1
            for column, value in enumerate(cells):
                _write_cell(sheet, number, column, value)
    book.close()


def _excel_values(column: pl.Series) -> Iterable[Any]:
    """Days and times as ISO text: exact, the same in every locale. Numbers Excel would round, as text."""
    if column.dtype.is_float():
        return [v if v is None or float(f"{v:.16g}") == v else repr(v) for v in column]
    if column.dtype.is_temporal():
        iso = "%Y-%m-%d" if column.dtype == pl.Date else "%Y-%m-%dT%H:%M:%S%.f%:z"
        return column.dt.to_string(iso)
    return column


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)
