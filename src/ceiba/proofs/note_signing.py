"""Who signed a note: by Ed25519 of its text, or, as a witness, of its text and a time (https://c2sp.org/tlog-cosignature)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ceiba.proofs.log_problems import refuse
from ceiba.proofs.note_keys import KeyKind, NoteKey, NoteSigner
from ceiba.proofs.notes import Note, Signature, check_text

TIME_BYTES: Final = 8
TIME_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was verified: whose, and, of a witness, when (seconds since 1970)."""

    key: NoteKey
    time: int | None = None


def signed(note: Note, signers: Iterable[NoteSigner]) -> Note:
    """The note with a signature of each signer of kind LOG added. Raises CeibaError `note.form` for its text."""
    check_text(note.text)
    added = []
    for signer in signers:
        if signer.key.kind != KeyKind.LOG:
            raise ValueError(f"{signer.key.name} is a witness's key: it signs with a time")
        added.append(Signature(signer.key.name, signer.key.id, signer.sign(note.text.encode())))
    return replace(note, signatures=(*note.signatures, *added))


def cosignature(text: str, signer: NoteSigner, time: int) -> Signature:
    """A witness's signature of a text at `time` (seconds since 1970). `checkpoints.cosigned` checks the text."""
    if signer.key.kind != KeyKind.WITNESS:
        raise ValueError(f"{signer.key.name} is no witness's key")
    if not 0 <= time <= TIME_MAX:
        raise ValueError(f"no time: {time}")
    value = time.to_bytes(TIME_BYTES) + signer.sign(cosigned_message(text, time))
    return Signature(signer.key.name, signer.key.id, value)


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def verified(note: Note, keys: Sequence[NoteKey], latest: int | None = None) -> tuple[Signed, ...]:
    """Which of `keys` signed the note: one entry a key; of several of one witness, the latest.

    Signatures of unknown keys are passed over, also when they share a name or an id (not both) with a known one.
    Raises CeibaError `note.signature` when one of a known key is not valid, `note.future` when a witness signed after
    `latest`, `note.unknown_keys` when none is of a known key, `note.ambiguous` when two of `keys` look alike.
    """
    known = _by_name_and_id(keys)
    found: dict[NoteKey, Signed] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        one = _verified(note.text, signature, key)
        if latest is not None and (one.time or 0) > latest:
            refuse("note.future", name=key.name)
        found[key] = max(one, found.get(key, one), key=lambda each: each.time or 0)
    if not found:
        refuse("note.unknown_keys")
    return tuple(found.values())


def _by_name_and_id(keys: Sequence[NoteKey]) -> Mapping[tuple[str, bytes], NoteKey]:
    known: dict[tuple[str, bytes], NoteKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.id), key) != key:
            refuse("note.ambiguous", name=key.name)
    return known


def _verified(text: str, signature: Signature, key: NoteKey) -> Signed:
    value, message, time = signature.value, text.encode(), None
    if key.kind == KeyKind.WITNESS:
        time, value = int.from_bytes(value[:TIME_BYTES]), value[TIME_BYTES:]
        message = cosigned_message(text, time)
    if (time or 0) > TIME_MAX or not key.verifies(value, message):
        refuse("note.signature", name=key.name)
    return Signed(key, time)
