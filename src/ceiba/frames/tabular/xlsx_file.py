"""XLSX: a zip of XML, opened only once what is in it has been looked through.

calamine keeps a sheet as a rectangle from its first to its last cell: a workbook of 1.4 kB with one cell at
XFD1048576 asks it for half a terabyte and takes the process down. So every cell's place is read first.
"""

import re
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from ceiba.core.cells import ColumnSpec
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.sheets import headings_matched
from ceiba.frames.tabular.common import COLUMNS_MAX, MB, Cells, Fail

SWELL_MAX: Final = 8  # unpacked bytes allowed, in times of the limit of the file itself
CELLS_SPARE: Final = 1_000_000
_ERRORS_LISTED: Final = 20
_CHUNK: Final = 1 << 20
_TAG_MAX: Final = 1 << 16
_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,8})["']""")
_IS_ERROR: Final = re.compile(rb"""<(?:\w+:)?c\s[^<>]*\bt\s*=\s*["']e["'][^<>]*""")
_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+[0-9]+)""")


def read(path: Path, columns: Sequence[ColumnSpec], bytes_max: int, fail: Fail) -> Cells:
    """The first sheet's cells as text, its first row being the headings. Raises CeibaError."""
    try:
        with zipfile.ZipFile(path) as book:
            _look_through(book, bytes_max * SWELL_MAX, fail)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise fail.error("file.broken") from error
    try:
        return _cells(path, columns)
    except fastexcel.FastExcelError as error:
        raise fail.error("file.broken") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the reader's own module, not to be imported
            raise fail.error("file.broken") from error
        raise


def _cells(path: Path, columns: Sequence[ColumnSpec]) -> Cells:
    """The sheet as text. Decimals are read as numbers besides: as text they come with nine places only."""
    book = fastexcel.read_excel(path)
    rows = book.load_sheet(0, header_row=None, dtypes="string").to_polars()
    if not rows.height:
        return Cells([], rows)
    headings = ["" if heading is None else heading for heading in rows.row(0)]
    place, _ = headings_matched(headings, columns)
    decimal = [
        place[column.name] for column in columns if column.dtype == pl.Float64 and column.name in place
    ]
    if decimal:
        numbers = book.load_sheet(0, header_row=None, use_columns=sorted(decimal), dtypes="float").to_polars()
        for position, number in zip(sorted(decimal), numbers.iter_columns(), strict=True):
            text = rows.to_series(position)
            rows = rows.with_columns(number.cast(pl.String).fill_null(text).alias(text.name))
    return Cells(headings, rows.slice(1))


def _look_through(book: zipfile.ZipFile, unpacked_max: int, fail: Fail) -> None:
    """Unpack everything once, in passing.

    Refuses what would swell beyond bounds, is damaged (checksums), spreads its cells over a far larger
    rectangle, or holds Excel's error values in its first sheet.
    """
    size = sum(entry.file_size for entry in book.infolist())
    if size > unpacked_max:
        raise fail.error("file.swells", size=size // MB, limit=unpacked_max // MB)
    if not any(entry.filename.lower() == "xl/workbook.xml" for entry in book.infolist()):
        raise fail.error("file.kind_differs", suffix=".xlsx", found="ZIP")
    for entry in book.infolist():
        with closing(_tags(book, entry)) as pieces:
            errors = _checked_places(pieces, fail)
        if errors and entry.filename.lower() == "xl/worksheets/sheet1.xml":
            raise CeibaError(fail.problem("file.excel_error", cell=cell) for cell in errors[:_ERRORS_LISTED])


def _tags(book: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Generator[bytes]:
    """The entry's bytes, no more than it declares, in pieces that end before a tag.

    Raises BadZipFile when its checksum is another.
    """
    rest = b""
    with book.open(entry) as file:
        while data := file.read(_CHUNK):
            data = rest + data
            cut = max(data.rfind(b"<"), len(data) - _TAG_MAX)
            rest = data[cut:]
            yield data[:cut]
    yield rest


def _checked_places(pieces: Iterator[bytes], fail: Fail) -> list[str]:
    """The cells that hold an Excel error; raises when cells are scattered over too large a rectangle."""
    count, right, low = 0, 0, 0
    errors: list[str] = []
    for piece in pieces:
        if not (found := _CELL.findall(piece)):
            continue
        count += len(found)
        right = max(right, *(_column_number(letters) for letters in {letters for letters, _ in found}))
        low = max(low, *(int(digits) for digits in {digits for _, digits in found}))
        if right > COLUMNS_MAX or right * low > 10 * count + CELLS_SPARE:
            letters, digits = max(found, key=lambda cell: int(cell[1]) * _column_number(cell[0]))
            raise fail.error("file.scattered", cell=(letters + digits).decode())
        if _IS_ERROR.search(piece):
            errors += [cell.decode() for tag in _IS_ERROR.findall(piece) for cell in _PLACE.findall(tag)]
    return errors


def _column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
