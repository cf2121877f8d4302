"""The tree grows as RFC 9162 defines it, in batches of any size, and each node is written once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.merkle.paths import frontier_at
from ceiba.core.merkle.tree import EMPTY_ROOT, Frontier, appended, folded, leaf_hash, leaf_hashes, node_hash
from tests.core.merkle import naive, vectors
from tests.core.merkle.store import Store

batches = st.lists(st.lists(st.binary(max_size=3), max_size=20), max_size=8)


@pytest.mark.parametrize(("hashed", "expected"), vectors.HASHES)
def test_hashes_are_the_published_ones(hashed, expected):
    kind, *parts = hashed
    assert (leaf_hash(*parts) if kind == "leaf" else node_hash(*parts)).hex() == expected


def test_roots_are_the_published_ones():
    assert EMPTY_ROOT == Frontier().root() == vectors.EMPTY_ROOT
    roots = [appended(Frontier(), leaf_hashes(vectors.LEAVES[:n])).frontier.root() for n in range(1, 9)]
    assert roots == vectors.ROOTS


def test_two_hashes_are_no_leaf():
    """What the first byte is for: a node's hash is not the hash of a leaf that holds its two halves."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) not in {leaf_hash(left + right), node_hash(right, left)}


@given(batches)
def test_the_root_does_not_depend_on_how_leaves_came(batches):
    data = [leaf for batch in batches for leaf in batch]
    store = Store(*batches)
    assert store.frontier.root() == naive.mth(data)
    assert store.frontier == appended(Frontier(), leaf_hashes(data)).frontier


@given(batches)
def test_what_is_kept_are_the_complete_subtrees_and_no_others(batches):
    data = [leaf for batch in batches for leaf in batch]
    nodes = Store(*batches).nodes
    assert len(nodes) == sum(len(data) >> level for level in range(len(data).bit_length()))
    for (level, index), value in nodes.items():
        assert value == naive.mth(data[index << level : (index + 1) << level])


@given(batches, st.data())
def test_a_tree_of_the_past_can_be_read_and_grown_again(batches, data):
    store = Store(*batches)
    leaves = [leaf for batch in batches for leaf in batch]
    size = data.draw(st.integers(0, len(leaves)))
    past = frontier_at(size, store.read)
    assert past.root() == naive.mth(leaves[:size])
    assert appended(past, leaf_hashes(leaves[size:])).frontier == store.frontier


@pytest.mark.parametrize(
    ("size", "hashes"),
    [
        (1, ()),
        (0, (bytes(32),)),
        (3, (bytes(32),)),
        (2, (bytes(32),) * 2),
        (1, (bytes(31),)),
        (-1, ()),
        (2**63, (bytes(32),)),
    ],
)
def test_no_frontier(size, hashes):
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, hashes)


def test_a_leaf_that_is_no_hash_is_not_appended():
    with pytest.raises(ValueError, match="SHA-256"):
        appended(Frontier(), [bytes(32), b"a leaf's data"])


def test_nothing_has_no_fold():
    with pytest.raises(ValueError, match="nothing"):
        folded([])
