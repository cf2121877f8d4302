"""Proofs of many entries at once, under the newest checkpoint: what an audit pack takes along."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import polars as pl

from ceiba.core.log_entries import EntryKind
from ceiba.core.merkle.paths import Proof, inclusion_proofs
from ceiba.frames.postgres import read_frame
from ceiba.proofs.notes import Note
from ceiba.transparency.selectors.checkpoints import last_checkpoint, published
from ceiba.transparency.selectors.entries import ENTRIES
from ceiba.transparency.selectors.nodes import read_nodes

_AT_ONCE: Final = 4_096
_QUERY: Final = (
    'SELECT "index", kind, key, value, salt FROM transparency_entry'
    " WHERE kind = %(kind)s AND key = ANY(%(keys)s)"
)


class Signed(NamedTuple):
    """The newest checkpoint: how many entries it covers, and its note with all cosignatures."""

    size: int
    note: Note


def newest_signed() -> Signed | None:
    """The newest checkpoint; None of a log that has none."""
    found = last_checkpoint()
    return None if found is None else Signed(found.size, published(found))


def entries_keyed(kind: EntryKind, keys: Iterable[str]) -> pl.DataFrame:
    """The entries (`ENTRIES`) of these rows, in the order of the log; those that are not logged are left out."""
    return read_frame(_QUERY, {"kind": kind, "keys": list(keys)}, ENTRIES).sort("index")


def proofs_of(indices: Sequence[int], size: int) -> Iterator[Proof]:
    """The inclusion proof of each entry under the checkpoint of `size`, in their order."""
    for start in range(0, len(indices), _AT_ONCE):
        yield from inclusion_proofs(indices[start : start + _AT_ONCE], size, read_nodes)
