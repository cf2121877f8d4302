"""A receipt proves what was logged; each of these forgeries is refused, with the reason that says what is wrong."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.log_entries import EntryKind, LogEntry, committed_entry
from ceiba.core.merkle.paths import inclusion_proof
from ceiba.core.merkle.tree import EMPTY_ROOT, leaf_hash, node_hash
from ceiba.proofs.base64_text import encoded
from ceiba.proofs.checkpoints import Checkpoint, cosigned, signed_checkpoint
from ceiba.proofs.notes import Note
from ceiba.proofs.receipt import Opening, Receipt, read_receipt, verify_receipt
from tests.core.merkle.store import Store
from tests.proofs.helpers import NOW, log_key, refusal, witness_key
from tests.proofs.logs import LOG, TRUST, WITNESSES, Log, held, salt

log = Log()
GOOD = log.receipt(5)
SEALED = log.receipt(12)
OTHER = Log(people=30)
STRANGE = Log(origin="otro.org/registro", signer=log_key("otro.org/registro", "other"))
ONE, TWO = WITNESSES
THIEF = log_key(seed="thief")
OUT = "merkle.not_included"


def test_a_receipt_proves_that_somebody_was_not_paid():
    proven = verify_receipt(read_receipt(GOOD.written().encode()), TRUST, NOW)
    assert json.loads(proven.data or "")["outcome"] == "hold"
    assert proven.entry.kind == EntryKind.DETERMINATION
    assert proven.vouched.checkpoint.size == 13
    assert len(proven.vouched.witnesses) == 2


def test_a_receipt_without_its_opening_proves_that_something_was_logged_and_says_not_what():
    assert verify_receipt(replace(GOOD, opening=None), TRUST).data is None


def test_a_receipt_of_what_is_of_nobody_needs_no_opening():
    proven = verify_receipt(SEALED, TRUST)
    assert (proven.entry, proven.data) == (log.entries[12], None)


@given(st.integers(0, 40).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people))))
def test_every_receipt_of_every_log_is_read_as_it_was_written_and_verified(case):
    people, index = case
    receipt = Log(people).receipt(index)
    assert read_receipt(receipt.written().encode()) == receipt
    verify_receipt(receipt, TRUST)


def swapped(values: tuple[bytes, ...], a: int, b: int) -> tuple[bytes, ...]:
    changed = list(values)
    changed[a], changed[b] = values[b], values[a]
    return tuple(changed)


def signed_by(checkpoint: Checkpoint, *witnesses) -> Note:
    note = signed_checkpoint(checkpoint, [LOG])
    for witness in witnesses:
        note = cosigned(note, witness, NOW)
    return note


def with_root(root: bytes, size: int = 13) -> Note:
    return signed_by(Checkpoint(log.origin, size, root), ONE, TWO)


def opening(data: str, by: bytes = salt(5)) -> Opening:
    return Opening(by, data)


def without(note: Note, name: str) -> Note:
    return replace(note, signatures=tuple(line for line in note.signatures if line.name != name))


def line_of(note: Note, name: str):
    return next(line for line in note.signatures if line.name == name)


def pasted(note: Note, other: Note, name: str) -> Note:
    """`note` with the signature that `name` gave under `other`."""
    return replace(note, signatures=(*without(note, name).signatures, line_of(other, name)))


def but(**changes) -> Receipt:
    return replace(GOOD, **changes)


def under(checkpoint: Note) -> Receipt:
    return replace(GOOD, checkpoint=checkpoint)


moved = opening("\x00" + held(5), salt(5)[:31])
paid = held(5).replace("hold", "pay")
paid_entry = committed_entry(EntryKind.DETERMINATION, salt(5), paid.encode()).data().decode()
INNER = node_hash(leaf_hash(log.entries[4].data()), leaf_hash(log.entries[5].data()))

FORGERIES: dict[str, tuple[Receipt, str]] = {
    # What it says
    "paid instead of held": (but(opening=opening(paid)), "receipt.opening"),
    "another salt": (but(opening=opening(held(5), salt(6))), "receipt.opening"),
    "no salt": (but(opening=opening(held(5), b"")), "receipt.opening"),
    "a byte moved from salt to data": (but(opening=moved), "receipt.opening"),
    "another person's opening": (but(opening=OTHER.receipt(6).opening), "receipt.opening"),
    "data with a space more": (but(opening=opening(held(5) + " ")), "receipt.opening"),
    "an opening for what hides nothing": (replace(SEALED, opening=opening("x")), "receipt.opens_nothing"),
    # The leaf
    "a leaf that was never logged": (but(leaf=paid_entry, opening=opening(paid)), OUT),
    "another kind": (but(leaf=GOOD.leaf.replace("determination", "credential")), OUT),
    "another's leaf": (but(leaf=log.receipt(6).leaf), OUT),
    "a leaf written otherwise": (but(leaf=GOOD.leaf.replace(":", ": ")), OUT),
    "no leaf": (but(leaf=""), OUT),
    "a leaf that is no text": (but(leaf="\ud800"), OUT),
    # The place
    "the index before": (but(index=4), OUT),
    "the index after": (but(index=6), OUT),
    "an index with the same path shape": (but(index=1), OUT),
    "an index beyond the tree": (but(index=13), "merkle.index"),
    "an index below nothing": (but(index=-8), "merkle.index"),
    "the last index, whose path is shorter": (but(index=12), "merkle.long"),
    # The proof
    "no proof": (but(proof=()), "merkle.short"),
    "a proof cut at the top": (but(proof=GOOD.proof[:-1]), "merkle.short"),
    "a proof cut at the leaf": (but(proof=GOOD.proof[1:]), "merkle.short"),
    "a node twice": (but(proof=(GOOD.proof[0], *GOOD.proof)), "merkle.long"),
    "a node twice and one left out": (but(proof=(GOOD.proof[0], GOOD.proof[0], *GOOD.proof[2:])), OUT),
    "siblings swapped": (but(proof=swapped(GOOD.proof, 0, 1)), OUT),
    "the proof backwards": (but(proof=GOOD.proof[::-1]), OUT),
    "the root as one more node": (but(proof=(*GOOD.proof, log.checkpoint().root)), "merkle.long"),
    "the leaf itself as sibling": (but(proof=(leaf_hash(GOOD.leaf.encode()), *GOOD.proof[1:])), OUT),
    "a node cut": (but(proof=(GOOD.proof[0][:-1], *GOOD.proof[1:])), "merkle.hash"),
    "an empty node": (but(proof=(b"", *GOOD.proof[1:])), "merkle.hash"),
    "two nodes as one": (but(proof=(GOOD.proof[0] + GOOD.proof[1], *GOOD.proof[2:])), "merkle.hash"),
    "the proof of another leaf": (but(proof=log.receipt(6).proof), OUT),
    "a proof replayed from a smaller tree": (but(proof=Log(people=8).receipt(5).proof), OUT),
    "a proof replayed from a larger tree": (but(proof=OTHER.receipt(5).proof), "merkle.long"),
    "an inner node passed off as a leaf": (but(leaf=INNER.hex(), index=2, proof=GOOD.proof[1:]), "merkle.short"),
    # The tree
    "a size that the checkpoint does not say": (but(size=14), "receipt.size"),
    "a size of nothing": (but(size=0), "receipt.size"),
    "an empty log": (but(size=0, index=0, proof=(), checkpoint=with_root(EMPTY_ROOT, 0)), "merkle.index"),
    "a log of one leaf that is another": (but(size=1, index=0, proof=(), checkpoint=with_root(INNER, 1)), OUT),
    "the checkpoint of another size": (under(OTHER.note(ONE, TWO)), "receipt.size"),
    "that checkpoint and its size": (but(size=31, checkpoint=OTHER.note(ONE, TWO)), "merkle.short"),
    "another root, truly signed": (under(with_root(INNER)), OUT),
    "an older checkpoint, without this leaf": (but(size=4, checkpoint=Log(people=3).note(ONE, TWO)), "merkle.index"),
    # Whose log it is
    "a root that was changed": (under(replace(GOOD.checkpoint, text=with_root(INNER).text)), "note.signature"),
    "a log of another name": (under(STRANGE.note(ONE, TWO)), "checkpoint.origin"),
    "the name changed to ours": (
        under(replace(STRANGE.note(ONE, TWO), text=log.note().text)), "note.signature"),
    "signed by a key that nobody knows": (under(Log(signer=THIEF).note(ONE, TWO)), "checkpoint.unsigned"),
    "signed by nobody": (under(Note(log.note().text)), "note.unknown_keys"),
    "signed by strangers alone": (under(Log(signer=THIEF).note(witness_key("c"))), "note.unknown_keys"),
    "the log's signature taken away": (under(without(log.note(ONE, TWO), LOG.key.name)), "checkpoint.unsigned"),
    "a thief's signature under the log's key id": (
        under(replace(GOOD.checkpoint, signatures=(
            replace(GOOD.checkpoint.signatures[0], value=THIEF.sign(GOOD.checkpoint.text.encode())),
            *GOOD.checkpoint.signatures[1:]))), "note.signature"),
    # Its witnesses
    "one witness where two are asked for": (under(log.note(ONE)), "checkpoint.witnesses"),
    "one witness twice": (under(log.note(ONE, ONE)), "checkpoint.witnesses"),
    "a witness that nobody knows": (under(log.note(ONE, witness_key("c"))), "checkpoint.witnesses"),
    "a cosignature of another log": (
        under(pasted(log.note(ONE, TWO), STRANGE.note(TWO), TWO.key.name)), "note.signature"),
    "a cosignature of another size": (
        under(pasted(log.note(ONE, TWO), OTHER.note(TWO), TWO.key.name)), "note.signature"),
    "one witness's signature under the other's name": (
        under(replace(log.note(ONE), signatures=(
            *log.note(ONE).signatures,
            replace(line_of(log.note(ONE), ONE.key.name), name=TWO.key.name, key_id=TWO.key.id)))), "note.signature"),
    "a witness whose clock is ahead": (under(log.note(ONE, TWO, time=NOW + 3600)), "note.future"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_receipt_is_refused(name):
    receipt, code = FORGERIES[name]
    assert refusal(verify_receipt, receipt, TRUST, NOW) == code


def test_no_forgery_is_the_receipt_itself():
    assert GOOD not in [receipt for receipt, _ in FORGERIES.values()]
    assert len(FORGERIES) >= 25


def logged_alone(data: bytes) -> Receipt:
    other = Log()
    other.store = Store([data])
    return Receipt(data.decode(), 0, 1, inclusion_proof(0, 1, other.store.read), other.note(ONE, TWO))


DIGEST = LogEntry(EntryKind.SEALED_MONTH, bytes(32), salted=False).data()
NO_ENTRIES: list[tuple[Receipt, str]] = [
    (logged_alone(data), "log.entry")
    for data in (
        b"{}",
        DIGEST.replace(b"sealed_month", b"determination"),
        DIGEST.replace(b":", b": "),
        DIGEST.replace(b"sealed_month", b"visa"),
    )
]


def test_what_was_logged_but_is_no_entry_is_refused():
    """A log may hold anything; a receipt is of an entry, and what is of a person has no digest without a salt."""
    for receipt, code in NO_ENTRIES:
        assert refusal(verify_receipt, receipt, TRUST) == code


def edited(change: Callable[[dict], object]) -> bytes:
    members = json.loads(GOOD.written())
    change(members)
    return json.dumps(members).encode()


WRITTEN = GOOD.written().encode()
UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "no text": b"\xff" + WRITTEN,
    "no object": b"[]",
    "a text": b'"opening"',
    "null": b"null",
    "cut short": WRITTEN[:-10],
    "something behind": WRITTEN + b"{}",
    "a mark before": b"\xef\xbb\xbf" + WRITTEN,
    "deep": b"[" * 200_000,
    "large": b" " * 1_000_001,
    "a member twice": WRITTEN.replace(b'"index": 5', b'"index": 6, "index": 5'),
    "a member more": edited(lambda m: m.update(root="x")),
    "a member less": edited(lambda m: m.pop("size")),
    "another version": edited(lambda m: m.update(receipt=2)),
    "true for a number": edited(lambda m: m.update(receipt=True)),
    "a fraction": edited(lambda m: m.update(index=5.0)),
    "a number as text": edited(lambda m: m.update(index="5")),
    "no number": WRITTEN.replace(b'"index": 5', b'"index": NaN'),
    "endless": WRITTEN.replace(b'"index": 5', b'"index": 1e999'),
    "too many digits": WRITTEN.replace(b'"index": 5', b'"index": ' + b"5" * 5000),
    "a proof that is a text": edited(lambda m: m.update(proof=m["proof"][0])),
    "a node that is a number": edited(lambda m: m["proof"].append(7)),
    "a node that is nothing": edited(lambda m: m["proof"].append(None)),
    "a node in other letters": edited(lambda m: m["proof"].append("é")),
    "a node with a line break": edited(lambda m: m["proof"].append(m["proof"].pop() + "\n")),
    "a node in base64url": edited(lambda m: m["proof"].append("-_-_")),
    "a salt with loose bits": edited(lambda m: m["opening"].update(salt=encoded(salt(5))[:-2] + "B=")),
    "an opening without salt": edited(lambda m: m["opening"].pop("salt")),
    "half a character": edited(lambda m: m.update(checkpoint="\ud800\n\n")),
    "an opening that is nothing": edited(lambda m: m.update(opening=None)),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_receipt_is_refused(name):
    assert UNREADABLE[name] != WRITTEN
    assert refusal(read_receipt, UNREADABLE[name]) == "receipt.form"


@pytest.mark.parametrize(
    "checkpoint", ["", "x", GOOD.checkpoint.text, GOOD.checkpoint.written()[:-1], "\n\n"]
)
def test_a_receipt_whose_checkpoint_is_no_note_is_refused(checkpoint):
    assert refusal(read_receipt, edited(lambda m: m.update(checkpoint=checkpoint))) == "note.form"


def test_no_bit_of_a_receipt_can_be_changed():
    accepted = []
    for bit in range(len(WRITTEN) * 8):
        data = bytearray(WRITTEN)
        data[bit // 8] ^= 1 << bit % 8
        try:
            verify_receipt(read_receipt(bytes(data)), TRUST, NOW)
        except CeibaError:
            continue
        accepted.append(bit)
    assert accepted == []
