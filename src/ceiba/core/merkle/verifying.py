"""Proofs checked by the algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2, step by step, in the names they use there.

Nothing of the tree is needed but two hashes. Whoever gives a proof may be lying: what the algorithms do not look
at (the length of a hash, sizes that are no sizes) is looked at first.
"""

from collections.abc import Sequence

from ceiba.core.merkle.problems import refuse
from ceiba.core.merkle.tree import HASH_BYTES, SIZE_MAX, node_hash


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That `leaf` (a leaf's hash) is number `index` of the tree of `size` leaves with this `root`.

    Raises CeibaError: `merkle.index` (also of an empty tree), `merkle.hash`, `merkle.long`, `merkle.short`, or
    `merkle.not_included`.
    """
    if not 0 <= index < size <= SIZE_MAX:
        refuse("merkle.index", index=index, size=size)
    _check_hashes(leaf, root, *proof)
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            refuse("merkle.long", size=size)
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _up_to_the_next_left(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        refuse("merkle.short", size=size)
    if r != root:
        refuse("merkle.not_included")


def verify_consistency(
    first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """That the tree of `first` leaves and `first_root` is the beginning of that of `second` leaves and `second_root`.

    Raises CeibaError: `merkle.sizes` (backwards, or from an empty tree, of which everything is a continuation),
    `merkle.hash`, `merkle.long`, `merkle.short`, or `merkle.rewritten`: two trees that a log must never both sign.
    """
    if not 0 < first <= second <= SIZE_MAX:
        refuse("merkle.sizes", first=first, second=second)
    _check_hashes(first_root, second_root, *proof)
    if first == second:
        return _verify_same(first, first_root, second_root, proof)
    if not proof:
        refuse("merkle.short", size=second)
    path = (first_root, *proof) if first.bit_count() == 1 else proof
    if _roots_shown(first, second, path) != (first_root, second_root):
        refuse("merkle.rewritten", first=first, second=second)
    return None


def _roots_shown(first: int, second: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a path which begins with a subtree of both trees leads to."""
    fn, sn = _down_to_an_even(first - 1, second - 1)
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            refuse("merkle.long", size=second)
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _up_to_the_next_left(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        refuse("merkle.short", size=second)
    return fr, sr


def _verify_same(size: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        refuse("merkle.long", size=size)
    if first_root != second_root:
        refuse("merkle.rewritten", first=size, second=size)


def _check_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            refuse("merkle.hash", length=len(value))


def _up_to_the_next_left(fn: int, sn: int) -> tuple[int, int]:
    """Of a node at the right border without a sibling: up to where it has one at its left, or to the root."""
    while not fn & 1 and fn:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _down_to_an_even(fn: int, sn: int) -> tuple[int, int]:
    """Off the whole subtrees that end with the first tree: the proof begins above them."""
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn
