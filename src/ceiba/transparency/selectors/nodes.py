"""Hashes of the tree, as `core.merkle.paths` asks for them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from django.db import connection

from ceiba.core.merkle.paths import frontier_at
from ceiba.core.merkle.tree import HASH_BYTES, Frontier, Node
from ceiba.transparency.models import Nodes

_READ_SQL: Final = (Path(__file__).parents[1] / "sql" / "nodes.sql").read_text()


def read_nodes(wanted: Sequence[Node]) -> Mapping[Node, bytes]:
    """The hashes of these nodes, by one query; those that are not there are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_SQL, [[node.level for node in wanted], [node.number for node in wanted]])
        return {Node(level, number): bytes(value) for level, number, value in cursor.fetchall()}


def frontier_of(size: int) -> Frontier:
    """The tree as it was at `size` entries. Raises CeibaError `merkle.node` when a node is not there."""
    return frontier_at(size, read_nodes)


def stored(level: int, first: int, count: int) -> Iterator[bytes | None]:
    """The hashes kept of `count` nodes of a level from number `first`; None where there is none."""
    end, at = first + count, first
    before = Nodes.objects.filter(level=level, first__lte=first).order_by("-first").values("first")[:1]
    rows = Nodes.objects.filter(level=level, first__lt=end, first__gte=before).order_by("first")
    for row in rows.iterator():
        for _ in range(at, row.first):
            yield None
        until = min(end, row.first + len(row.hashes) // HASH_BYTES)
        for place in range(max(at, row.first) - row.first, until - row.first):
            yield bytes(row.hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES])
        at = max(at, until)
    for _ in range(at, end):
        yield None
