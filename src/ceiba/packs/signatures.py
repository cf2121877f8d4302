"""Who signed the checkpoint of a pack: needs cryptography."""

from pathlib import Path

from ceiba.core.kernel.errors import CeibaError
from ceiba.packs.layout import LOG_CHECKPOINT, LOG_KEYS
from ceiba.packs.verdict import Verdict
from ceiba.proofs.checkpoints import LogTrust, read_checkpoint, verify_checkpoint
from ceiba.proofs.note_keys import KeyKind, read_note_key
from ceiba.proofs.notes import read_note


def check_signatures(folder: Path, note: bytes, given: tuple[str, ...], verdict: Verdict) -> None:
    """The log signed, and which witnesses did: by the keys `given`, all of which must have, or the pack's own."""
    try:
        texts = given or tuple((folder / LOG_KEYS).read_text(encoding="utf-8").split())
        keys = [read_note_key(text) for text in texts]
        read = read_note(note)
        logs = tuple(key for key in keys if key.kind == KeyKind.LOG)
        witnesses = tuple(key for key in keys if key.kind == KeyKind.WITNESS)
        least = len(witnesses) if given else 0
        origin = read_checkpoint(read.text).origin
        vouched = verify_checkpoint(read, LogTrust(origin, logs, witnesses, least))
    except (CeibaError, ValueError) as error:
        verdict.refuse("pack.log_signature", LOG_CHECKPOINT, why=str(error).splitlines()[0])
        return
    names = [origin, *(one.key.name for one in vouched.witnesses)]
    verdict.confirm("pack.ok_signed", names=", ".join(names))
    if not given:
        verdict.leave("pack.keys_of_pack", LOG_KEYS)
