"""Proofs made: that a leaf is in a tree (RFC 9162, 2.1.3.1), and that one tree begins another (2.1.4.1).

Of any size the log ever had, from nodes alone: about log2(size) of them, at most twice as many. `Read` answers for
all nodes of a call at once, so that a database is asked once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.merkle.problems import refuse
from ceiba.core.merkle.tree import Frontier, Node, complete_nodes, folded

Read = Callable[[Sequence[Node]], Mapping[Node, bytes]]
Proof = tuple[bytes, ...]


class _Span(NamedTuple):
    """Leaves `start` to `end - 1`: a subtree of RFC 9162, complete or at the right border of the tree."""

    start: int
    end: int


def inclusion_proof(index: int, size: int, read: Read) -> Proof:
    """The path from leaf `index` (0 is the first) to the root of the tree of `size` leaves, the nearest first.

    Raises CeibaError `merkle.index` when there is no such leaf, `merkle.node` when a node is not there.
    """
    return inclusion_proofs([index], size, read)[0]


def inclusion_proofs(indices: Sequence[int], size: int, read: Read) -> list[Proof]:
    """`inclusion_proof` of several leaves, with one reading; of many, some thousands at a time, for the memory."""
    return _hashed([_inclusion_path(index, size) for index in indices], read)


def consistency_proof(first: int, second: int, read: Read) -> Proof:
    """What shows that the tree of `first` leaves is the beginning of that of `second`; nothing when they are one.

    Raises CeibaError `merkle.sizes` unless 0 < `first` <= `second`, `merkle.node` when a node is not there.
    """
    if not 0 < first <= second:
        refuse("merkle.sizes", first=first, second=second)
    return _hashed([_consistency_path(first, second)], read)[0]


def frontier_at(size: int, read: Read) -> Frontier:
    """The tree as it was at `size` leaves. Raises CeibaError `merkle.node` when a node is not there."""
    nodes = complete_nodes(0, size)
    found = _found(nodes, read)
    return Frontier(size, tuple(found[node] for node in nodes))


def _inclusion_path(index: int, size: int) -> list[_Span]:
    """PATH(index, D_size): at each fork, from the root down, the side on which the leaf is not."""
    if not 0 <= index < size:
        refuse("merkle.index", index=index, size=size)
    path, start, end = [], 0, size
    while end - start > 1:
        fork = _fork(start, end)
        if index < fork:
            path.append(_Span(fork, end))
            end = fork
        else:
            path.append(_Span(start, fork))
            start = fork
    return path[::-1]


def _consistency_path(first: int, second: int) -> list[_Span]:
    """PROOF(first, D_second). The subtree where the walk ends is told, unless it is the whole first tree."""
    path, start, end = [], 0, second
    while end != first:
        fork = _fork(start, end)
        if first <= fork:
            path.append(_Span(fork, end))
            end = fork
        else:
            path.append(_Span(start, fork))
            start = fork
    if start:
        path.append(_Span(start, end))
    return path[::-1]


def _fork(start: int, end: int) -> int:
    """Where a subtree is divided: the largest power of two that is less than its width."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _hashed(paths: Sequence[Sequence[_Span]], read: Read) -> list[Proof]:
    parts = [[complete_nodes(*span) for span in path] for path in paths]
    found = _found(list(dict.fromkeys(node for path in parts for nodes in path for node in nodes)), read)
    return [tuple(folded([found[node] for node in nodes]) for nodes in path) for path in parts]


def _found(nodes: Sequence[Node], read: Read) -> Mapping[Node, bytes]:
    found = read(nodes) if nodes else {}
    lacking = [node for node in nodes if node not in found]
    if lacking:
        raise CeibaError(
            Problem("merkle.node", values={"level": node.level, "number": node.number}) for node in lacking
        )
    return found
