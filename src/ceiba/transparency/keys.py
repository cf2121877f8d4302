"""The key that signs checkpoints: in a file, never in the database; made at first use where there is none."""

import contextlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.checkpoints import LogTrust
from ceiba.proofs.key_files import key_file_make, key_file_read
from ceiba.proofs.note_keys import KeyKind, NoteKey, NoteSigner, ed25519_signer, read_note_key


def log_signer() -> NoteSigner:
    """The log's signer. Raises CeibaError `key_file.unreadable`."""
    path = Path(settings.LOG_KEY_FILE)
    if not path.exists():
        with contextlib.suppress(CeibaError):  # another process was faster: its key is read
            key_file_make(path, settings.LOG_KEY_PASSPHRASE)
    return _signer(settings.LOG_ORIGIN, path, settings.LOG_KEY_PASSPHRASE)


def log_trust(witnesses: tuple[NoteKey, ...] = ()) -> LogTrust:
    """What believes in this log: its key, and those that signed before it (`CEIBA_LOG_KEYS_BEFORE`)."""
    before = tuple(read_note_key(text) for text in settings.LOG_KEYS_BEFORE)
    return LogTrust(settings.LOG_ORIGIN, (log_signer().key, *before), witnesses)


@lru_cache(maxsize=4)
def _signer(origin: str, path: Path, passphrase: str) -> NoteSigner:
    return ed25519_signer(origin, KeyKind.LOG, key_file_read(path, passphrase))
