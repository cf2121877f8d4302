"""Proofs are those of RFC 9162, prove what they say, and prove nothing else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.merkle.paths import consistency_proof, inclusion_proof, inclusion_proofs
from ceiba.core.merkle.tree import EMPTY_ROOT, Node, leaf_hash
from ceiba.core.merkle.verifying import verify_consistency, verify_inclusion
from tests.core.merkle import naive, vectors
from tests.core.merkle.store import Store

EIGHT = Store(vectors.LEAVES)
OTHER = leaf_hash(b"other")


def refusal(call, *args) -> str:
    with pytest.raises(CeibaError) as caught:
        call(*args)
    assert caught.value.text("es") != caught.value.text("en")
    return caught.value.problems[0].code


@pytest.mark.parametrize(("index", "size", "proof"), vectors.INCLUSION)
def test_inclusion_is_the_published_one(index, size, proof):
    assert inclusion_proof(index, size, EIGHT.read) == proof
    verify_inclusion(leaf_hash(vectors.LEAVES[index]), index, size, proof, vectors.ROOTS[size - 1])


@pytest.mark.parametrize(("first", "second", "proof"), vectors.CONSISTENCY)
def test_consistency_is_the_published_one(first, second, proof):
    assert consistency_proof(first, second, EIGHT.read) == proof
    verify_consistency(first, vectors.ROOTS[first - 1], second, vectors.ROOTS[second - 1], proof)


@pytest.mark.parametrize(("index", "size", "proof"), vectors.INCLUSION)
def test_the_published_manglings_of_inclusion_are_refused(index, size, proof):
    """Those of `corruptInclusionProof` in transparency-dev/merkle, each with its reason."""
    leaf, root = leaf_hash(vectors.LEAVES[index]), vectors.ROOTS[size - 1]
    refused = {
        "leaf before": (leaf, index - 1, size, proof, root),
        "leaf after": (leaf, index + 1, size, proof, root),
        "leaf elsewhere": (leaf, index ^ 2, size, proof, root),
        "tree twice as large": (leaf, index, size * 2, proof, root),
        "tree half as large": (leaf, index, size // 2, proof, root),
        "no hash as leaf": (b"WrongLeaf", index, size, proof, root),
        "root of nothing": (leaf, index, size, proof, EMPTY_ROOT),
        "another root": (leaf, index, size, proof, OTHER),
        "garbage behind": (leaf, index, size, (*proof, b""), root),
        "root behind": (leaf, index, size, (*proof, root), root),
        "garbage before": (leaf, index, size, (b"", *proof), root),
        "root before": (leaf, index, size, (root, *proof), root),
        "one less": (leaf, index, size, proof[:-1], root),
        "one more inside": (leaf, index, size, (proof[0], OTHER, *proof[1:]), root),
        **{
            f"bit of {at}": (leaf, index, size, (*proof[:at], flipped(proof[at]), *proof[at + 1 :]), root)
            for at in range(len(proof))
        },
    }
    codes = {name: refusal(verify_inclusion, *args) for name, args in refused.items()}
    assert codes["root of nothing"] == codes["another root"] == codes["bit of 0"] == "merkle.not_included"
    assert codes["garbage behind"] == codes["garbage before"] == codes["no hash as leaf"] == "merkle.hash"
    assert codes["one less"] == "merkle.short"
    assert codes["root behind"] == codes["root before"] == codes["one more inside"] == "merkle.long"


@pytest.mark.parametrize(("first", "second", "proof"), vectors.CONSISTENCY[1:])
def test_the_published_manglings_of_consistency_are_refused(first, second, proof):
    """Those of `corruptConsistencyProof` in transparency-dev/merkle, each with its reason."""
    old, new = vectors.ROOTS[first - 1], vectors.ROOTS[second - 1]
    refused = {
        "first less": (first - 1, old, second, new, proof),
        "first more": (first + 1, old, second, new, proof),
        "first elsewhere": (first ^ 2, old, second, new, proof),
        "second twice": (first, old, second * 2, new, proof),
        "second half": (first, old, second // 2, new, proof),
        "first no hash": (first, b"WrongRoot", second, new, proof),
        "second no hash": (first, old, second, b"WrongRoot", proof),
        "swapped": (first, new, second, old, proof),
        "empty": (first, old, second, new, ()),
        "garbage behind": (first, old, second, new, (*proof, b"")),
        "first behind": (first, old, second, new, (*proof, old)),
        "second behind": (first, old, second, new, (*proof, new)),
        "garbage before": (first, old, second, new, (b"", *proof)),
        "first before": (first, old, second, new, (old, *proof)),
        "second before": (first, old, second, new, (new, *proof)),
        "twice": (first, old, second, new, (proof[0], *proof)),
        "one less": (first, old, second, new, proof[:-1]),
        **{
            f"bit of {at}": (first, old, second, new, (*proof[:at], flipped(proof[at]), *proof[at + 1 :]))
            for at in range(len(proof))
        },
    }
    codes = {name: refusal(verify_consistency, *args) for name, args in refused.items()}
    assert codes["swapped"] == codes["bit of 0"] == "merkle.rewritten"
    assert codes["empty"] == codes["one less"] == "merkle.short"
    assert codes["first behind"] == codes["twice"] == "merkle.long"
    assert codes["garbage behind"] == codes["first no hash"] == "merkle.hash"


@pytest.mark.parametrize(
    ("first", "second", "proof", "code"),
    [
        (0, 0, (), "merkle.sizes"), (0, 1, (), "merkle.sizes"), (0, 1, (OTHER,), "merkle.sizes"),
        (-1, 1, (), "merkle.sizes"), (1, 0, (), "merkle.sizes"), (2, 1, (), "merkle.sizes"),
        (8, 7, (OTHER,), "merkle.sizes"),
        (1, 2**63, (), "merkle.sizes"), (1, 2, (), "merkle.short"), (1, 1, (OTHER,), "merkle.long"),
    ],
)  # fmt: skip
def test_no_consistency(first, second, proof, code):
    assert refusal(verify_consistency, first, OTHER, second, OTHER, proof) == code


def test_two_trees_of_one_size_are_two_views():
    assert refusal(verify_consistency, 8, OTHER, 8, vectors.ROOTS[7], ()) == "merkle.rewritten"


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 1), (1, 1), (2, 1), (0, -1), (0, 2**63)])
def test_no_leaf(index, size):
    assert refusal(verify_inclusion, OTHER, index, size, (), OTHER) == "merkle.index"


@pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8)])
def test_no_proof_of_a_leaf_that_is_not_there(index, size):
    assert refusal(inclusion_proof, index, size, EIGHT.read) == "merkle.index"


@pytest.mark.parametrize(("first", "second"), [(0, 8), (0, 0), (8, 7)])
def test_no_proof_between_trees_that_are_none(first, second):
    assert refusal(consistency_proof, first, second, EIGHT.read) == "merkle.sizes"


def test_a_log_that_lost_a_node_says_which():
    store = Store(vectors.LEAVES)
    del store.nodes[Node(1, 1)]
    with pytest.raises(CeibaError) as caught:
        inclusion_proof(0, 8, store.read)
    assert "Node 1 of level 1" in caught.value.text("en")


leaves = st.lists(st.binary(max_size=2), min_size=1, max_size=70)


@given(leaves, st.data())
def test_inclusion_of_any_leaf_at_any_size(leaves, data):
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    store = Store(leaves)
    proof = inclusion_proof(index, size, store.read)
    assert list(proof) == naive.path(index, leaves[:size])
    verify_inclusion(leaf_hash(leaves[index]), index, size, proof, naive.mth(leaves[:size]))
    assert sum(store.readings) <= 2 * size.bit_length()
    assert len(store.readings) <= 1
    assert inclusion_proofs([index, 0], size, store.read)[0] == proof


@given(leaves, st.data())
def test_consistency_between_any_two_sizes(leaves, data):
    second = data.draw(st.integers(1, len(leaves)))
    first = data.draw(st.integers(1, second))
    store = Store(leaves)
    proof = consistency_proof(first, second, store.read)
    assert list(proof) == naive.proof(first, leaves[:second])
    verify_consistency(first, naive.mth(leaves[:first]), second, naive.mth(leaves[:second]), proof)
    assert sum(store.readings) <= 2 * second.bit_length()


@given(st.lists(st.binary(max_size=2), min_size=1, max_size=40, unique=True), st.data())
def test_a_proof_proves_one_leaf_in_one_place(leaves, data):
    """With another leaf, index or proof of the same tree, nothing passes."""
    indices = st.integers(0, len(leaves) - 1)
    said, leaf, shown = (data.draw(indices) for _ in range(3))
    assume(not said == leaf == shown)
    store = Store(leaves)
    proof = inclusion_proof(shown, len(leaves), store.read)
    with pytest.raises(CeibaError):
        verify_inclusion(leaf_hash(leaves[leaf]), said, len(leaves), proof, store.frontier.root())


@given(st.lists(st.binary(max_size=2), min_size=2, max_size=40), st.data())
def test_a_changed_leaf_cannot_be_hidden(leaves, data):
    """Whatever a log shows of a tree in which a leaf of the past was changed, made as it makes its proofs."""
    first = data.draw(st.integers(1, len(leaves) - 1))
    at = data.draw(st.integers(0, first - 1))
    changed = Store([*leaves[:at], leaves[at] + b"!", *leaves[at + 1 :]])
    proof = consistency_proof(first, len(leaves), changed.read)
    assert refusal(
        verify_consistency, first, naive.mth(leaves[:first]), len(leaves), changed.frontier.root(), proof
    ) == "merkle.rewritten"  # fmt: skip


def flipped(value: bytes) -> bytes:
    return bytes([value[0] ^ 8]) + value[1:]
