"""Appends what is not in the log yet, a batch in a transaction, one batch at a time in the whole database.

A crash leaves the log as the last batch left it, and what it was at waits still. Nobody who makes a row waits for
the log.
"""

import os
from typing import Final, NamedTuple

import polars as pl
from django.db import transaction

from ceiba.core.log_entries import OF_NOBODY, EntryKind, entry_leaves, values_of
from ceiba.core.merkle.tree import Appended, Run, appended
from ceiba.core.salted import SALT_BYTES
from ceiba.frames.postgres import copy_frame, execute
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.selectors.nodes import frontier_of
from ceiba.transparency.sources import SOURCES

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba log'))"
ENOUGH_ROWS: Final = 100_000  # a batch takes no further kind when it has so many
NODES_MAX: Final = 32_768


class Batch(NamedTuple):
    """Rows of one kind (`LOGGED`) that go into the log."""

    kind: EntryKind
    rows: pl.DataFrame


def entries_append() -> int:
    """Append everything that is not in the log; returns how many entries came. Again at once, none."""
    total = 0
    while added := batch_append():
        total += added
    return total


@transaction.atomic
def batch_append() -> int:
    """Append one batch, in the order of kinds (`SOURCES`) and then of keys; returns its size, 0 when nothing waits.

    Waits for another that appends.
    """
    execute(LOCK)
    batches, count = [], 0
    for source in SOURCES:
        rows = source.waiting()
        if rows.height:
            batches.append(Batch(source.kind, rows))
            count += rows.height
        if count >= ENOUGH_ROWS:
            break
    if batches:
        entries_write(batches)
    return count


def entries_write(batches: list[Batch]) -> None:
    """Write rows as the next entries. In the caller's transaction, under `LOCK`."""
    size = index = log_size()
    leaves: list[bytes] = []
    entries, salts = [], []
    for kind, rows in batches:
        salt = os.urandom(SALT_BYTES * rows.height)
        values = values_of(kind, salt, rows["data"].to_list())
        leaves += entry_leaves(kind, values)
        numbers = pl.int_range(index, index + rows.height, dtype=pl.Int64, eager=True)
        entries.append(
            pl.DataFrame({"index": numbers, "key": rows["key"], "value": values}).with_columns(
                kind=pl.lit(kind.value)
            )
        )
        if kind not in OF_NOBODY:
            pieces = [salt[start : start + SALT_BYTES] for start in range(0, len(salt), SALT_BYTES)]
            salts.append(
                pl.DataFrame(
                    {"entry_index": numbers, "salt": pieces, "participant_id": rows["participant_id"]}
                )
            )
        index += rows.height
    grown = appended(frontier_of(size), leaves)
    copy_frame(pl.concat(entries), "transparency_entry")
    if salts:
        copy_frame(pl.concat(salts), "transparency_salt")
    copy_frame(_nodes(grown), "transparency_nodes")


def _nodes(grown: Appended) -> pl.DataFrame:
    pieces = [piece for run in grown.runs for piece in _pieces(run)]
    return pl.DataFrame(
        {
            "level": [piece.level for piece in pieces],
            "first": [piece.first for piece in pieces],
            "count": [len(piece.hashes) for piece in pieces],
            "hashes": [b"".join(piece.hashes) for piece in pieces],
        }
    )


def _pieces(run: Run) -> list[Run]:
    """A run in rows of bounded size."""
    starts = range(0, len(run.hashes), NODES_MAX)
    return [Run(run.level, run.first + start, run.hashes[start : start + NODES_MAX]) for start in starts]
