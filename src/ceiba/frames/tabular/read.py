"""From an untrusted file to a frame of its cells: size, kind, headings and shape are checked, cells are not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.cells import ROW, ColumnSpec
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.sheets import headings_matched
from ceiba.frames.tabular import csv_file, parquet_file, xlsx_file
from ceiba.frames.tabular.common import MB, Cells, Fail

ROWS_MAX: Final = 3_000_000
SUFFIXES: Final = (".csv", ".xlsx", ".parquet")
_ZIP, _PARQUET, _OLE = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Table:
    """A file's cells, and the words by which the file names each column."""

    rows: pl.DataFrame
    headings: dict[str, str]


def read_table(
    path: Path, *, name: str, columns: Sequence[ColumnSpec], bytes_max: int, rows_max: int = ROWS_MAX
) -> Table:
    """Read the file at `path`, which its sender calls `name`.

    The table's rows hold ROW (int64, 1 = first data row) and the columns in order: text from CSV and XLSX, what
    was stored from Parquet. Rows without any value are left out; the others keep their number. Raises CeibaError
    with the problems of the file: too big, of another kind, broken, in another encoding, with other headings.
    """
    fail = Fail(name)
    suffix = _checked_kind(path, name, bytes_max, fail)
    if suffix == ".csv":
        cells = csv_file.read(path, columns, rows_max, fail)
    elif suffix == ".xlsx":
        cells = xlsx_file.read(path, columns, bytes_max, fail)
    else:
        cells = parquet_file.read(path, bytes_max, rows_max, fail)
    place = _checked_headings(cells, columns, fail)
    rows = cells.rows.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        *(pl.nth(place[column.name]).alias(column.name) for column in columns),
    )
    rows = rows.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))
    if rows.is_empty():
        raise fail.error("file.no_rows")
    if rows.height > rows_max:
        raise fail.error("file.too_many_rows", limit=rows_max)
    return Table(rows, {column: cells.headings[position] for column, position in place.items()})


def check_size(path: Path, *, name: str, bytes_max: int) -> None:
    """Refuse a file that is too big, or empty, before a byte of it is read. Raises CeibaError."""
    size = path.stat().st_size
    if size > bytes_max:
        raise Fail(name).error("file.too_big", size=size // MB, limit=bytes_max // MB)
    if size == 0:
        raise Fail(name).error("file.empty")


def _checked_kind(path: Path, name: str, bytes_max: int, fail: Fail) -> str:
    """The file's suffix, once its size and its first bytes agree with it."""
    check_size(path, name=name, bytes_max=bytes_max)
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise fail.error("file.old_excel" if suffix == ".xls" else "file.kind_unknown")
    with path.open("rb") as file:
        head = file.read(len(_OLE))
    if head == _OLE:
        raise fail.error("file.old_excel")
    found = ".xlsx" if head.startswith(_ZIP) else ".parquet" if head.startswith(_PARQUET) else ".csv"
    if found != suffix:
        inside = {".xlsx": "Excel (ZIP)", ".parquet": "Parquet", ".csv": "?"}[found]
        raise fail.error("file.kind_differs", suffix=suffix, found=inside)
    return suffix


def _checked_headings(cells: Cells, columns: Sequence[ColumnSpec], fail: Fail) -> dict[str, int]:
    """Where each column stands."""
    place, problems = headings_matched(cells.headings, columns)
    blank = [position for position, heading in enumerate(cells.headings) if not heading.strip()]
    faults = [
        fail.problem("file.heading_blank", column=position + 1)
        for position in blank
        if cells.rows.to_series(position).is_not_null().any()
    ]
    faults += [replace(problem, where=replace(problem.where, file=fail.name)) for problem in problems]
    if faults:
        raise CeibaError(faults)
    return place
