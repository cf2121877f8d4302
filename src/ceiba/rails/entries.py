"""Entries from a bank's file: values read or refused by name, ids, rows gathered into frames."""

import hashlib
from collections import Counter
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
    text = "\x1f".join(map(str, parts))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


UNNUMBERED: Final = "-"


def given(reference: str | None) -> str | None:
    """The reference, or null where the bank writes that there is none."""
    return None if reference in (None, "NOTPROVIDED") else reference


def gathered(rows: Iterable[Row]) -> Iterator[pl.DataFrame]:
    """Rows as frames of `ENTRIES`, so many at a time."""
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) >= ROWS:
            yield _frame(waiting)
            waiting = []
    if waiting:
        yield _frame(waiting)


def told_apart(read: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The frames of one file with the entries numbered that are alike in everything, where a bank gives no reference.

    Their ids end in `UNNUMBERED`: the first loses it, the second ends in `-2`. So two equal fees of a day are two,
    and are the same two when a statement repeats them.
    """
    times: Counter[str] = Counter()

    def numbered(entry: str) -> str:
        if not entry.endswith(UNNUMBERED):
            return entry
        times[entry] += 1
        return entry.removesuffix(UNNUMBERED) if times[entry] == 1 else f"{entry}{times[entry]}"

    for frame in read:
        if frame["entry"].str.ends_with(UNNUMBERED).any():
            ids = pl.Series("entry", [numbered(entry) for entry in frame["entry"]], pl.String)
            yield frame.with_columns(ids)
        else:
            yield frame


def _frame(rows: list[Row]) -> pl.DataFrame:
    columns = dict(zip(ENTRIES.names, zip(*rows, strict=True), strict=True))
    return ENTRIES.check(pl.DataFrame(columns, schema=ENTRIES.dtypes))
