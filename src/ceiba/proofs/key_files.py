"""Ed25519 keys in files: PKCS #8 in PEM, enciphered with a passphrase, readable by their owner alone."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

register_messages(
    {
        "key_file.unreadable": {
            "es": "no se puede leer la clave ({why}). Revise el archivo y la contraseña.",
            "en": "the key cannot be read ({why}). Check the file and the passphrase.",
        },
        "key_file.there": {
            "es": "ya hay una clave aquí, y no se escribe otra encima. Elija otro archivo.",
            "en": "there is a key here already, and no other is written over it. Choose another file.",
        },
    }
)


def key_file_make(path: Path, passphrase: str) -> None:
    """Make a new key at `path`. Raises CeibaError `key_file.there` when there is a file."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # whole or not at all, and never over another
    except FileExistsError:
        raise CeibaError(Problem("key_file.there", Where(file=str(path)))) from None
    finally:
        draft.unlink(missing_ok=True)


def key_file_read(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """The key at `path`. Raises CeibaError `key_file.unreadable`."""
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.encode())
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(path, type(error).__name__) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable(path, "Ed25519")
    return key


def _unreadable(path: Path, why: str) -> CeibaError:
    return CeibaError(Problem("key_file.unreadable", Where(file=str(path)), {"why": why}))
