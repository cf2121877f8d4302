"""Tables of a pack read from CSV, and the digest of their values, by the standard library alone.

The digest is that of `core.kernel.digest`, written here a second time: who does not trust one may read the other.
A value is written as people read it: whole numbers, true or false, days as 2026-03-31, lists with a space between.
A column that may hold nulls has nothing for null; a text that is empty, or begins with `\\`, has a `\\` before it.
"""

import csv
import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ceiba.packs.layout import Column, Part

ESCAPE: Final = "\\"
LIST: Final = "List(String)"
_NUMBERS: Final = {"Int64": "q", "Int32": "i", "Int16": "h"}
_FIRST_DAY: Final = date(1970, 1, 1)
Row = tuple[Any, ...]


class NotRead(ValueError):
    """A table that cannot be read; says the line (the heading is 1) and the column."""

    def __init__(self, line: int, column: str) -> None:
        self.line, self.column = line, column
        super().__init__(f"{line}, {column}")


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as texts by their heading. Raises NotRead."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, strict=True)
        return [dict(zip(row.keys, row.values, strict=True)) for row in _lines(lines)]


def read_part(path: Path, part: Part) -> list[Row]:
    """The rows of a part, each value of its type. Raises NotRead."""
    readers = [_reader(column) for column in part.columns]
    names = [column.name for column in part.columns]
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as file:
        for line in _lines(csv.reader(file, strict=True), names):
            values = []
            for name, read, text in zip(names, readers, line.values, strict=True):
                try:
                    values.append(read(text))
                except ValueError as error:
                    raise NotRead(line.number, name) from error
            rows.append(tuple(values))
    return rows


def rows_digest(rows: Sequence[Row], part: Part) -> str:
    """SHA-256 of the values, rows in the order of the key (`core.kernel.digest.frame_digest`)."""
    names = [column.name for column in part.columns]
    key = [names.index(name) for name in part.key]
    ordered = sorted(rows, key=lambda row: tuple(row[place] for place in key))
    digest = sha256()
    for place, column in enumerate(part.columns):
        values = [row[place] for row in ordered]
        digest.update(f"{column.name}:{column.dtype}\n".encode())
        digest.update(_bits([value is not None for value in values]))
        for encoded in _encoded(values, column.dtype):
            digest.update(encoded)
    return digest.hexdigest()


def by_area(rows: Sequence[Row], part: Part, areas: Mapping[int, str]) -> dict[str, list[Row]]:
    """The rows of each area; those of somebody who is in none are under the empty code."""
    person = next(i for i, column in enumerate(part.columns) if column.name == "participant_id")
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[areas.get(row[person], "")].append(row)
    return found


class _Line:
    """A line of a CSV file: its number, the headings and the texts."""

    __slots__ = ("keys", "number", "values")

    def __init__(self, number: int, keys: list[str], values: list[str]) -> None:
        self.number, self.keys, self.values = number, keys, values


def _lines(reader: Any, names: list[str] | None = None) -> Iterator[_Line]:
    """Lines below the heading, which must be `names`; each as long as it."""
    try:
        keys: list[str] = next(reader, [])
        if names is not None and keys != names:
            raise NotRead(1, ", ".join(keys))
        for values in reader:
            if len(values) != len(keys):
                raise NotRead(reader.line_num, "")
            yield _Line(reader.line_num, keys, values)
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotRead(reader.line_num, "") from error


def _reader(column: Column) -> Callable[[str], Any]:
    read = _READERS[column.dtype]
    if not column.nullable:
        return read
    return lambda text: None if text == "" else read(text.removeprefix(ESCAPE))


def _number(text: str) -> int:
    value = int(text)
    if str(value) != text:
        raise ValueError(text)
    return value


def _day(text: str) -> date:
    value = date.fromisoformat(text)
    if value.isoformat() != text:
        raise ValueError(text)
    return value


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys(_NUMBERS, _number),
    "String": str,
    LIST: str.split,
    "Date": _day,
    "Boolean": lambda text: ("false", "true").index(text) == 1,
}


def _encoded(values: list[Any], dtype: str) -> Iterator[bytes]:
    if dtype in _NUMBERS:
        yield struct.pack(f"<{len(values)}{_NUMBERS[dtype]}", *(value or 0 for value in values))
    elif dtype == "Date":
        days = [(value - _FIRST_DAY).days if value else 0 for value in values]
        yield struct.pack(f"<{len(days)}i", *days)
    elif dtype == "Boolean":
        yield _bits([bool(value) for value in values])
    else:
        texts = [("\x1f".join(value) if dtype == LIST else value or "").encode() for value in values]
        yield struct.pack(f"<{len(texts)}q", *map(len, texts))
        yield b"".join(texts)


def _bits(values: list[bool]) -> bytes:
    """A bit each, the first the highest of its byte."""
    text = "".join("1" if value else "0" for value in values)
    size = -(-len(text) // 8)
    return int(text.ljust(size * 8, "0") or "0", 2).to_bytes(size, "big")
