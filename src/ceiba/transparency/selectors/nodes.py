"""Hashes of the tree, as `core.merkle.paths` asks for them."""

from collections.abc import Mapping, Sequence
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


def stored(level: int, first: int, count: int) -> list[bytes | None]:
    """The hashes kept of `count` nodes of a level from number `first`; None where there is none."""
    found: list[bytes | None] = [None] * count
    before = Nodes.objects.filter(level=level, first__lte=first).order_by("-first").values("first")[:1]
    for row in Nodes.objects.filter(level=level, first__lt=first + count, first__gte=before).order_by(
        "first"
    ):
        start, hashes = max(first, row.first), bytes(row.hashes)
        end = max(start, min(first + count, row.first + len(hashes) // HASH_BYTES))
        places = range((start - row.first) * HASH_BYTES, (end - row.first) * HASH_BYTES, HASH_BYTES)
        found[start - first : end - first] = [hashes[place : place + HASH_BYTES] for place in places]
    return found
