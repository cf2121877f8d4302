"""Entries of the log: what stands where, and what there is of a kind."""

from collections.abc import Collection
from typing import Final

import polars as pl
from django.db.models import Max

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.log_entries import OF_NOBODY, EntryKind, LogEntry
from ceiba.frames.postgres import read_frame
from ceiba.transparency.models import Entry

ENTRIES: Final = FrameSchema(
    "entries",
    (
        Column("index", pl.Int64),
        Column("kind", pl.String),
        Column("key", pl.String),
        Column("value", pl.Binary),
        Column("salt", pl.Binary, True, "null: erased, or never one"),
    ),
    key=("index",),
)
_SELECT: Final = 'SELECT "index", kind, key, value, salt FROM transparency_entry'


def log_size() -> int:
    """How many entries there are."""
    last = Entry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def entries_between(start: int, end: int) -> pl.DataFrame:
    """Entries `start` to `end - 1` (`ENTRIES`), in order."""
    query = f'{_SELECT} WHERE "index" >= %(start)s AND "index" < %(end)s ORDER BY "index"'
    return read_frame(query, {"start": start, "end": end}, ENTRIES)


def entries_of(kind: EntryKind, first: str, end: str) -> pl.DataFrame:
    """Entries of a kind with keys from `first` to below `end` (`ENTRIES`)."""
    query = f"{_SELECT} WHERE kind = %(kind)s AND key >= %(first)s AND key < %(end)s"
    return read_frame(query, {"kind": kind, "first": first, "end": end}, ENTRIES)


def entry_at(index: int) -> Entry | None:
    """The entry of this index."""
    return Entry.objects.filter(pk=index).first()


def entry_of(kind: EntryKind, key: str) -> Entry | None:
    """The entry of a row."""
    return Entry.objects.filter(kind=kind, key=key).first()


def entry_with(value: bytes) -> Entry | None:
    """The entry whose leaf shows this commitment or digest; of several (a digest twice), the first."""
    return Entry.objects.filter(value=value).order_by("index").first()


def leaf_of(entry: Entry) -> LogEntry:
    """What stands in the entry's leaf."""
    kind = EntryKind(entry.kind)
    return LogEntry(kind, bytes(entry.value), kind not in OF_NOBODY)


def last_key(kind: EntryKind) -> str | None:
    """The greatest key of a kind."""
    found = Entry.objects.filter(kind=kind).order_by("-key").values_list("key", flat=True).first()
    return found


def keys_of(kind: EntryKind) -> frozenset[str]:
    """All keys of a kind of which there are few."""
    return frozenset(Entry.objects.filter(kind=kind).values_list("key", flat=True))


def keys_there(kind: EntryKind, keys: Collection[str]) -> bool:
    """Whether rows of all these keys are in the log."""
    return Entry.objects.filter(kind=kind, key__in=keys).count() == len(keys)
