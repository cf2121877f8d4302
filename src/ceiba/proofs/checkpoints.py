"""Checkpoints (https://c2sp.org/tlog-checkpoint): what a log says it is, signed by it, and cosigned by its witnesses.

A log must never sign two that do not continue each other. One that shows different people different logs is found out
when they compare checkpoints. That is what witnesses are for: each has seen every checkpoint grow out of the one
before (`verify_growth`), and a reader asks for so many of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ceiba.core.merkle.problems import refuse as refuse_tree
from ceiba.core.merkle.tree import EMPTY_ROOT, HASH_BYTES, SIZE_MAX
from ceiba.core.merkle.verifying import verify_consistency
from ceiba.proofs.base64_text import decoded, encoded
from ceiba.proofs.log_problems import refuse
from ceiba.proofs.note_keys import KeyKind, NoteKey, NoteSigner
from ceiba.proofs.note_signing import Signed, cosignature, signed, verified
from ceiba.proofs.notes import Note, check_text

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` leaves and this `root`. `extensions`: lines that nobody vouches for; we write none.

    Raises CeibaError `checkpoint.form`, and `checkpoint.empty` for an empty tree with another root than nothing's.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(line and "\n" not in line for line in (self.origin, *self.extensions)):
            refuse("checkpoint.form", why="lines")
        if not 0 <= self.size <= SIZE_MAX or len(self.root) != HASH_BYTES:
            refuse("checkpoint.form", why=f"{self.size}, {len(self.root)} bytes")
        if not self.size and self.root != EMPTY_ROOT:
            refuse("checkpoint.empty")

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), encoded(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class LogTrust:
    """Whom a reader believes: the log's name and keys (several while one follows another), witnesses, how many sign.

    Raises CeibaError `trust.log_keys` without a key of the log or `trust.witness_keys` with one of the wrong kind,
    `trust.same_key` for one public key under two names (one witness would count as two), `trust.witnesses_min` when
    more are asked for than there are.
    """

    origin: str
    keys: tuple[NoteKey, ...]
    witnesses: tuple[NoteKey, ...] = ()
    witnesses_min: int = 0

    def __post_init__(self) -> None:
        both = (*self.keys, *self.witnesses)
        if {key.kind for key in self.keys} != {KeyKind.LOG}:
            refuse("trust.log_keys", origin=self.origin)
        if {key.kind for key in self.witnesses} - {KeyKind.WITNESS}:
            refuse("trust.witness_keys", origin=self.origin)
        if len({key.public for key in both}) != len(both):
            refuse("trust.same_key", names=", ".join(key.name for key in both))
        if not 0 <= self.witnesses_min <= len(self.witnesses):
            refuse("trust.witnesses_min", least=self.witnesses_min, count=len(self.witnesses))


@dataclass(frozen=True, slots=True)
class Vouched:
    """A checkpoint that may be believed, and who stands for it beside the log."""

    checkpoint: Checkpoint
    witnesses: tuple[Signed, ...]


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text. Raises CeibaError `checkpoint.form`, `checkpoint.empty`, `note.form`."""
    check_text(text)
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not _SIZE.fullmatch(lines[1]):
        refuse("checkpoint.form", why=repr(lines[1:2]))
    try:
        root = decoded(lines[2])
    except ValueError as error:
        refuse("checkpoint.form", why=error)
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def signed_checkpoint(checkpoint: Checkpoint, signers: Sequence[NoteSigner]) -> Note:
    """The checkpoint as its log publishes it. That it continues the last one is for the caller to know."""
    return signed(Note(checkpoint.text()), signers)


def cosigned(note: Note, signer: NoteSigner, time: int) -> Note:
    """The note with a witness's signature added. The witness has verified it, and its growth, before.

    Raises CeibaError `checkpoint.form` when it is none: a witness signs nothing else.
    """
    read_checkpoint(note.text)
    return replace(note, signatures=(*note.signatures, cosignature(note.text, signer, time)))


def verify_checkpoint(note: Note, trust: LogTrust, latest: int | None = None) -> Vouched:
    """The checkpoint, if it may be believed; `latest` (seconds since 1970) is as late as a witness may have signed.

    Raises CeibaError `checkpoint.form`, `checkpoint.empty`, `checkpoint.origin`, `checkpoint.unsigned`,
    `checkpoint.witnesses` and those of `verified`.
    """
    checkpoint = read_checkpoint(note.text)
    if checkpoint.origin != trust.origin:
        refuse("checkpoint.origin", origin=checkpoint.origin, expected=trust.origin)
    all_signed = verified(note, (*trust.keys, *trust.witnesses), latest)
    witnesses = tuple(one for one in all_signed if one.key.kind == KeyKind.WITNESS)
    if len(witnesses) == len(all_signed):
        refuse("checkpoint.unsigned", origin=trust.origin)
    if len(witnesses) < trust.witnesses_min:
        refuse("checkpoint.witnesses", count=len(witnesses), least=trust.witnesses_min)
    return Vouched(checkpoint, witnesses)


def verify_growth(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> None:
    """That `newer` continues `older`, both believed: what a witness checks before signing, and who kept one.

    Everything continues an empty log, without a proof. Raises CeibaError `checkpoint.origin` and those of
    `verify_consistency`.
    """
    if newer.origin != older.origin:
        refuse("checkpoint.origin", origin=newer.origin, expected=older.origin)
    if older.size:
        verify_consistency(older.size, older.root, newer.size, newer.root, proof)
    elif proof:
        refuse_tree("merkle.long", size=newer.size)
