"""A small log with its witnesses, as a programme would run one, and receipts of it."""

from ceiba.core.kernel.canonical import object_bytes
from ceiba.core.log_entries import EntryKind, LogEntry, committed_entry
from ceiba.core.merkle.paths import inclusion_proof
from ceiba.core.merkle.tree import leaf_hash
from ceiba.proofs.checkpoints import Checkpoint, LogTrust, cosigned, signed_checkpoint
from ceiba.proofs.note_keys import NoteSigner
from ceiba.proofs.notes import Note
from ceiba.proofs.receipt import Opening, Receipt
from tests.core.merkle.store import Store
from tests.proofs.helpers import NOW, ORIGIN, log_key, witness_key

LOG = log_key()
WITNESSES = (witness_key("financiador.org/testigo"), witness_key("sociedad.org/testigo"))
TRUST = LogTrust(ORIGIN, (LOG.key,), tuple(witness.key for witness in WITNESSES), witnesses_min=2)


def held(person: int) -> str:
    """What was decided about a person: not paid."""
    return object_bytes({"code": f"GT{person:07}", "month": "2026-10", "outcome": "hold"}).decode()


def salt(person: int) -> bytes:
    return leaf_hash(b"salt %d" % person)


class Log:
    """Determinations of so many people, then a sealed month as the last leaf."""

    def __init__(self, people: int = 12, origin: str = ORIGIN, signer: NoteSigner = LOG) -> None:
        self.origin, self.signer = origin, signer
        entries = [committed_entry(EntryKind.DETERMINATION, salt(n), held(n).encode()) for n in range(people)]
        self.entries = [*entries, LogEntry(EntryKind.SEALED_MONTH, leaf_hash(b"month"), salted=False)]
        self.store = Store([entry.data() for entry in self.entries])

    def checkpoint(self) -> Checkpoint:
        frontier = self.store.frontier
        return Checkpoint(self.origin, frontier.size, frontier.root())

    def note(self, *witnesses: NoteSigner, time: int = NOW) -> Note:
        note = signed_checkpoint(self.checkpoint(), [self.signer])
        for witness in witnesses:
            note = cosigned(note, witness, time)
        return note

    def receipt(self, index: int, note: Note | None = None) -> Receipt:
        opening = Opening(salt(index), held(index)) if self.entries[index].salted else None
        size = self.store.frontier.size
        proof = inclusion_proof(index, size, self.store.read)
        leaf = self.entries[index].data().decode()
        return Receipt(leaf, index, size, proof, note or self.note(*WITNESSES), opening)
