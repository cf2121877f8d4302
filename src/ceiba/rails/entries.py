"""Entries from a bank's file: values read or refused by name, ids, rows gathered into frames."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Final

import polars as pl

from ceiba.core.banking import ENTRIES
from ceiba.rails.amounts import to_minor
from ceiba.rails.problems import Fail

ROWS: Final = 10_000
Row = tuple[Any, ...]  # in the order of ENTRIES' columns


class Values:
    """Reads the values of one file."""

    def __init__(self, name: str) -> None:
        self.fail = Fail(name)

    def amount(self, text: str, currency: str | None, field: str, item: str | None) -> int:
        """Minor units. Raises CeibaError (rail.value)."""
        try:
            return to_minor(text, currency or "")
        except ValueError:
            raise self.wrong(field, f"{text} {currency or ''}".strip(), item) from None

    def day(self, text: str | None, field: str, item: str | None) -> date | None:
        """The day of a date or of a time, as the bank wrote it. Raises CeibaError (rail.value)."""
        if text is None:
            return None
        try:
            return _day(text[:10])
        except ValueError:
            raise self.wrong(field, text, item) from None

    def wrong(self, field: str, value: str, item: str | None) -> Exception:
        """The error of a value that is not understood."""
        return self.fail.error("rail.value", item=item, field=field, value=value[:100])


@lru_cache(maxsize=1024)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def entry_id(*parts: object) -> str:
    """32 characters made of what identifies an entry."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class Alike:
    """Counts entries of one file that are alike in everything, where a bank gives no reference of its own.

    So two equal fees of a day are two, and are the same two when a statement repeats them.
    """

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def told_apart(self, key: str) -> str:
        """The key itself the first time, then with the number of the time."""
        times = self._times[key] = self._times.get(key, 0) + 1
        return key if times == 1 else f"{key}-{times}"


def given(reference: str | None) -> str | None:
    """The reference, or null where the bank writes that there is none."""
    return None if reference in (None, "NOTPROVIDED") else reference


def frames(rows: Iterable[Row]) -> Iterator[pl.DataFrame]:
    """Rows as frames of `ENTRIES`, so many at a time."""
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) >= ROWS:
            yield _frame(waiting)
            waiting = []
    if waiting:
        yield _frame(waiting)


def _frame(rows: list[Row]) -> pl.DataFrame:
    columns = dict(zip(ENTRIES.names, zip(*rows, strict=True), strict=True))
    return ENTRIES.check(pl.DataFrame(columns, schema=ENTRIES.dtypes))
