"""A tree that only grows: leaf and node hashes, the frontier, appending many leaves at once (RFC 9162, 2.1.1).

What is kept of a tree are the hashes of its *complete* subtrees, each under its `Node`: level and number. Such a hash
never changes, whatever is appended after, so a store of them is append-only too. The root is kept nowhere: it follows
from the *frontier*, the complete subtrees that a tree falls into from left to right, one for each bit of its size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**63 - 1  # what a bigint of a database holds
EMPTY_ROOT: Final = sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"  # so that no leaf can be passed off as a node


class Node(NamedTuple):
    """A complete subtree: over leaves `number * 2**level` to `(number + 1) * 2**level - 1`. Leaves are level 0."""

    level: int
    number: int


class Run(NamedTuple):
    """Hashes of nodes beside each other: those of `level`, the first with number `first`."""

    level: int
    first: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, known by the hashes of the complete subtrees it falls into, the largest (left) first.

    Raises ValueError when there are not as many hashes as bits set in `size`, or one is not a SHA-256.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= SIZE_MAX or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes are no frontier of {self.size} leaves")
        if any(len(value) != HASH_BYTES for value in self.hashes):
            raise ValueError("a hash of a frontier is no SHA-256")

    def root(self) -> bytes:
        """The root (MTH) of the tree; that of the empty tree is the hash of nothing."""
        return folded(self.hashes) if self.hashes else EMPTY_ROOT

    def nodes(self) -> tuple[Node, ...]:
        """Where its hashes are kept, in their order."""
        return complete_nodes(0, self.size)


class Appended(NamedTuple):
    """A tree after its leaves came: its frontier, and every node that is new, level by level."""

    frontier: Frontier
    runs: tuple[Run, ...]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf with this data."""
    return sha256(_LEAF + data).digest()


def leaf_hashes(data: Iterable[bytes]) -> list[bytes]:
    """The hash of each leaf; the same as `leaf_hash`, faster for many."""
    return [sha256(b"\x00" + each).digest() for each in data]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return sha256(_NODE + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """The one hash over subtrees beside each other, the largest first. Raises ValueError when there is none."""
    if not hashes:
        raise ValueError("nothing to fold")
    *rest, result = hashes
    for left in reversed(rest):
        result = node_hash(left, result)
    return result


def complete_nodes(start: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees that leaves `start` to `end - 1` fall into, from the left, the largest first.

    `start` is a multiple of the least power of two that is not below `end - start`, as for every subtree of RFC 9162.

    >>> complete_nodes(0, 7)
    (Node(level=2, number=0), Node(level=1, number=2), Node(level=0, number=6))
    """
    nodes = []
    for level in reversed(range((end - start).bit_length())):
        if (end - start) >> level & 1:
            nodes.append(Node(level, start >> level))
            start += 1 << level
    return tuple(nodes)


def appended(frontier: Frontier, leaves: Sequence[bytes]) -> Appended:
    """The tree after `leaves` (hashes of leaves, in order). One hash a leaf is computed, and one a level.

    Raises ValueError when a leaf's hash is not a SHA-256.
    """
    if set(map(len, leaves)) - {HASH_BYTES}:
        raise ValueError("a leaf's hash is no SHA-256")
    waiting = {node.level: value for node, value in zip(frontier.nodes(), frontier.hashes, strict=True)}
    size, runs, level = frontier.size, [], 0
    new = list(leaves)
    while new:
        runs.append(Run(level, size >> level, tuple(new)))
        row = [waiting.pop(level), *new] if level in waiting else new
        if len(row) % 2:
            waiting[level] = row[-1]
        new = _parents(row)
        level += 1
    hashes = tuple(waiting[level] for level in sorted(waiting, reverse=True))
    return Appended(Frontier(size + len(leaves), hashes), tuple(runs))


def _parents(row: Sequence[bytes]) -> list[bytes]:
    """`node_hash` of each pair, written out: this line is where the time goes."""
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
