"""CSV: UTF-8 with or without its mark, separated by comma, semicolon, tabulator or bar."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from ceiba.core.cells import ColumnSpec
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.sheets import headings_matched
from ceiba.frames.tabular.common import COLUMNS_MAX, Cells, Fail
from ceiba.frames.tabular.guard import unguarded

SEPARATORS: Final = (",", ";", "\t", "|")
_WRONG_ROWS_LISTED: Final = 20
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def read(path: Path, columns: Sequence[ColumnSpec], rows_max: int, fail: Fail) -> Cells:
    """The file's cells as text. Raises CeibaError when it is not a table in UTF-8."""
    try:
        separator, headings = _headings(path, columns, fail)
        count = _checked_shape(path, separator, len(headings), rows_max, fail)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, fail) from error
    try:
        rows = pl.read_csv(path, separator=separator, has_header=False, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise fail.error("file.broken") from error
    if rows.width != len(headings) or rows.height != count + 1:
        raise fail.error("file.broken")  # the two readers disagree: quotes in the middle of a cell
    return Cells(headings, rows.slice(1).with_columns(unguarded(pl.all())))


@contextmanager
def _reader(path: Path, separator: str) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield csv.reader(file, delimiter=separator, strict=True)


def _headings(path: Path, columns: Sequence[ColumnSpec], fail: Fail) -> tuple[str, list[str]]:
    """The separator under which most headings are known, and the headings."""
    best: tuple[int, str, list[str]] = (-1, ",", [])
    for separator in SEPARATORS:
        with _reader(path, separator) as reader:
            try:
                headings: list[str] = next(reader, [])
            except csv.Error:
                continue
        known = len(headings_matched(headings, columns)[0])
        if known > best[0]:
            best = (known, separator, headings)
    if best[0] < 0:
        raise fail.error("file.quotes", line=1)
    if len(best[2]) > COLUMNS_MAX:
        raise fail.error("file.too_many_columns", limit=COLUMNS_MAX)
    return best[1], best[2]


def _checked_shape(path: Path, separator: str, width: int, rows_max: int, fail: Fail) -> int:
    """How many data rows there are, when each is blank or as wide as the headings."""
    with _reader(path, separator) as reader:
        try:
            widths = Counter(map(len, islice(reader, 1, rows_max + 2)))
        except csv.Error as error:
            raise fail.error("file.quotes", line=reader.line_num) from error
    if widths.total() > rows_max:
        raise fail.error("file.too_many_rows", limit=rows_max)
    if set(widths) - {0, width}:
        with _reader(path, separator) as reader:
            wrong = (
                fail.problem("file.row_width", row=row, found=len(cells), expected=width)
                for row, cells in enumerate(reader)
                if row and len(cells) not in (0, width)
            )
            raise CeibaError(islice(wrong, _WRONG_ROWS_LISTED))
    return widths.total()


def _wrong_encoding(path: Path, fail: Fail) -> CeibaError:
    """Names the likely encoding, the first line that shows it, and what that line would read."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1 and line.startswith(_UTF16):
                text = line.decode("utf-16", errors="ignore")
                return fail.error("file.encoding", found="UTF-16", line=1, text=text.strip()[:40])
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                near = line[max(error.start - 20, 0) : error.start + 20].decode("cp1252", errors="replace")
                return fail.error(
                    "file.encoding", found="Windows-1252 (Latin-1)", line=number, text=near.strip()
                )
    return fail.error("file.broken")
