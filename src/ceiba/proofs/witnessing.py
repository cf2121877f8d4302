"""What a witness does with a checkpoint: believe whose it is, see that it continues the last one, sign it."""

import json
from dataclasses import dataclass

from ceiba.core.merkle.paths import Proof
from ceiba.core.merkle.problems import refuse as refuse_tree
from ceiba.proofs.base64_text import decoded
from ceiba.proofs.checkpoints import (
    Checkpoint,
    LogTrust,
    cosigned,
    read_checkpoint,
    verify_checkpoint,
    verify_growth,
)
from ceiba.proofs.log_problems import refuse
from ceiba.proofs.note_keys import NoteSigner
from ceiba.proofs.notes import Note, read_note

PROOF_NODES_MAX = 128  # more than a tree of 2**63 leaves needs


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint with the witness's signature, and the one that it continues (None: the first it ever saw)."""

    note: Note
    checkpoint: Checkpoint
    older: Checkpoint | None


def kept_checkpoint(kept: bytes | None) -> Checkpoint | None:
    """The checkpoint that the witness kept as a note. Raises CeibaError `note.form`, `checkpoint.form`."""
    return None if kept is None else read_checkpoint(read_note(kept).text)


def believed(published: bytes, trust: LogTrust) -> Checkpoint:
    """What the log says it is. Raises CeibaError those of `read_note` and `verify_checkpoint`."""
    return verify_checkpoint(read_note(published), trust).checkpoint


def witnessed(
    published: bytes, older: Checkpoint | None, proof: Proof, trust: LogTrust, signer: NoteSigner, time: int
) -> Witnessed:
    """The published checkpoint cosigned at `time`, if it continues `older`.

    Raises CeibaError those of `believed` and of `verify_growth`: `merkle.rewritten` above all. A log smaller
    than what was seen (`merkle.sizes`) has lost entries, or shows an old state: it is not signed either.
    """
    newer = believed(published, trust)
    if older is not None:
        if newer.size < older.size:
            refuse_tree("merkle.sizes", first=older.size, second=newer.size)
        verify_growth(older, newer, proof)
    log_only = Note(newer.text(), read_note(published).signatures)
    return Witnessed(cosigned(log_only, signer, time), newer, older)


def read_proof(data: bytes) -> Proof:
    """The hashes of a proof as the log's interface answers. Raises CeibaError `receipt.form`."""
    try:
        hashes = json.loads(data.decode())["proof"]
        return tuple(decoded(each) for each in hashes[:PROOF_NODES_MAX])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        refuse("receipt.form", why=error)
