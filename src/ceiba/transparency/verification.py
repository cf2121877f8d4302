"""The log verified: the tree against its entries and every checkpoint, every entry against its row."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.log_entries import OF_NOBODY, EntryKind, entry_leaves, values_of
from ceiba.core.merkle.paths import consistency_proof
from ceiba.core.merkle.tree import Frontier, Run, appended
from ceiba.proofs.checkpoints import Checkpoint as Told
from ceiba.proofs.checkpoints import read_checkpoint, verify_checkpoint, verify_growth
from ceiba.proofs.notes import read_note
from ceiba.transparency.keys import log_trust
from ceiba.transparency.models import Checkpoint
from ceiba.transparency.selectors.entries import entries_between, entries_of, log_size
from ceiba.transparency.selectors.nodes import frontier_of, read_nodes, stored
from ceiba.transparency.sources import SOURCES, Span

BLOCK: Final = 65_536


def tree_faults() -> Iterator[Problem]:
    """What is wrong with the tree, from its first entry on: it is grown again, held to every node and checkpoint."""
    size = log_size()
    checkpoints = {row.size: row for row in Checkpoint.objects.order_by("size")}
    frontier = Frontier()
    ends = sorted({*(end for end in checkpoints if end <= size), *range(BLOCK, size, BLOCK), size} - {0})
    for end in ends:
        entries = entries_between(frontier.size, end)
        if (missing := _missing(entries, frontier.size, end)) is not None:
            yield Problem("log.entry_missing", values={"index": missing})
            return
        grown = appended(frontier, _leaves(entries))
        frontier = grown.frontier
        for run in grown.runs:
            yield from _nodes_changed(run)
        if end in checkpoints and not _agrees(checkpoints[end], frontier):
            yield Problem("log.checkpoint_differs", values=_of(checkpoints[end]))
    for row in (checkpoints[beyond] for beyond in checkpoints if beyond > size):
        yield Problem("log.checkpoint_beyond", values=_of(row) | {"now": size})


def row_faults() -> Iterator[Problem]:
    """Every row that is not what was logged, that is gone, or that was added later; by kind and key."""
    for source in SOURCES:
        for span in source.spans():
            yield from _span_faults(source.kind, span)


def since_fault(kept: bytes) -> tuple[int, Problem | None]:
    """The size of a checkpoint that somebody kept, and what is wrong: None when the log continues it.

    Raises CeibaError those of `read_note` and `verify_checkpoint` when it is no checkpoint of this log.
    """
    older = verify_checkpoint(read_note(kept), log_trust()).checkpoint
    size = log_size()
    if older.size > size:
        return older.size, Problem("log.not_continued", values={"size": older.size})
    newer = Told(older.origin, size, frontier_of(size).root())
    try:
        proof = consistency_proof(older.size, size, read_nodes) if older.size else ()
        verify_growth(older, newer, proof)
    except CeibaError:
        return older.size, Problem("log.not_continued", values={"size": older.size})
    return older.size, None


def _missing(entries: pl.DataFrame, start: int, end: int) -> int | None:
    if entries.height == end - start:
        return None
    there = set(entries["index"].to_list())
    return next(index for index in range(start, end) if index not in there)


def _leaves(entries: pl.DataFrame) -> list[bytes]:
    """The leaf hash of each entry, in order."""
    made = [
        pl.DataFrame({"index": part["index"], "leaf": entry_leaves(EntryKind(kind), part["value"].to_list())})
        for (kind,), part in entries.partition_by("kind", as_dict=True).items()
    ]
    return pl.concat(made).sort("index")["leaf"].to_list()


def _nodes_changed(run: Run) -> Iterator[Problem]:
    kept = stored(run.level, run.first, len(run.hashes))
    if kept == list(run.hashes):
        return
    for number, (made, there) in enumerate(zip(run.hashes, kept, strict=True), run.first):
        if made != there:
            first = number << run.level
            values = {"level": run.level, "number": number, "first": first}
            yield Problem("log.node_changed", values=values | {"last": first + (1 << run.level) - 1})


def _agrees(row: Checkpoint, frontier: Frontier) -> bool:
    told = read_checkpoint(read_note(row.note.encode()).text)
    return bytes(row.root) == told.root == frontier.root() and told.size == row.size == frontier.size


def _of(row: Checkpoint) -> dict[str, object]:
    return {"size": row.size, "day": f"{row.signed_at:%Y-%m-%d %H:%M}"}


def _span_faults(kind: EntryKind, span: Span) -> Iterator[Problem]:
    entries = entries_of(kind, span.first, span.end).drop("kind")
    both = entries.join(span.rows(), on="key", how="full", coalesce=True).sort("key")
    opened = both.filter(pl.col("index").is_not_null(), pl.col("data").is_not_null())
    if kind not in OF_NOBODY:
        opened = opened.filter(pl.col("salt").is_not_null())  # an erased one says nothing any more
    salts = b"".join(opened["salt"].drop_nulls().to_list())
    drawn = pl.Series("drawn", values_of(kind, salts, opened["data"].to_list()), pl.Binary)
    changed = opened.with_columns(drawn).filter(pl.col("drawn") != pl.col("value"))
    yield from _told("log.row_changed", kind, changed)
    yield from _told("log.row_removed", kind, both.filter(pl.col("data").is_null()))
    yield from _told("log.row_added", kind, both.filter(pl.col("index").is_null()))


def _told(code: str, kind: EntryKind, rows: pl.DataFrame) -> Iterator[Problem]:
    named = pl.col("data").str.json_path_match("$.participant").fill_null("")
    for index, key, name in rows.select("index", "key", named).rows():
        yield Problem(code, values={"index": index, "kind": kind.value, "key": key, "name": name})
