"""Appends what is not in the log yet, a batch in a transaction, one batch at a time in the whole database.

A crash leaves the log as the last batch left it, and what it was at waits still. Nobody who makes a row waits for
the log.
"""

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from django.db import transaction

from ceiba.core.log_entries import DIGEST_BYTES, OF_NOBODY, EntryKind, entry_leaves, values_of
from ceiba.core.merkle.tree import HASH_BYTES, Appended, appended
from ceiba.core.salted import SALT_BYTES
from ceiba.frames.binary import Columns
from ceiba.frames.postgres import copy_blocks, execute
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.selectors.nodes import frontier_of
from ceiba.transparency.sources import SOURCES

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba log'))"
ENOUGH_ROWS: Final = 100_000  # a batch takes no further kind when it has so many
BLOCK_ROWS: Final = 1_024  # what is hashed while the server writes as many
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
    size = log_size()
    leaves: list[bytes] = []
    for batch in batches:
        copy_blocks(_entries(batch, size + len(leaves), leaves), "transparency_entry")
    grown = appended(frontier_of(size), leaves)
    copy_blocks(_nodes(grown), "transparency_nodes")


def _entries(batch: Batch, first: int, leaves: list[bytes]) -> Iterator[Columns]:
    """The batch as entries from index `first` on, each with a salt of its own; adds their leaf hashes to `leaves`.

    Block by block: the server writes one while the next is hashed.
    """
    kind, rows = batch
    keys = np.array(rows["key"].cast(pl.Binary).to_list(), bytes)
    data = rows["data"].to_list()
    for start in range(0, rows.height, BLOCK_ROWS):
        here = slice(start, start + BLOCK_ROWS)
        count = len(keys[here])
        salts = os.urandom(SALT_BYTES * count)
        values = values_of(kind, salts, data[here])
        leaves += entry_leaves(kind, values)
        nobody = np.full(count, kind in OF_NOBODY)
        people = rows["participant_id"][here]
        yield {
            "index": np.arange(first + start, first + start + count),
            "kind": np.full(count, kind.value.encode()),
            "key": keys[here],
            "value": np.frombuffer(b"".join(values), f"V{DIGEST_BYTES}"),
            "salt": np.ma.masked_array(np.frombuffer(salts, f"V{SALT_BYTES}"), nobody),
            "participant_id": np.ma.masked_array(people.fill_null(0).to_numpy(), people.is_null().to_numpy()),
        }


def _nodes(grown: Appended) -> Iterator[Columns]:
    """Every node that is new, in rows of bounded size."""
    for run in grown.runs:
        for start in range(0, len(run.hashes), NODES_MAX):
            hashes = run.hashes[start : start + NODES_MAX]
            yield {
                "level": np.array([run.level], np.int16),
                "first": np.array([run.first + start]),
                "count": np.array([len(hashes)], np.int32),
                "hashes": np.frombuffer(b"".join(hashes), f"V{len(hashes) * HASH_BYTES}"),
            }
