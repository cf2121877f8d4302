"""Keys that sign notes (https://c2sp.org/signed-note): a name, what they sign, an Ed25519 key; as text to pass on.

example.org/ceiba+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ceiba.proofs.base64_text import decoded, encoded
from ceiba.proofs.log_problems import refuse

KEY_BYTES: Final = 32
ID_BYTES: Final = 4


class KeyKind(IntEnum):
    """What a key signs; the identifier bytes that signed-note assigns."""

    LOG = 0x01  # Ed25519 of the note's text
    WITNESS = 0x04  # cosignature/v1: Ed25519 of the time and the text


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key. Raises CeibaError `note.key` for a name with a space or a plus, or a key that is not 32 bytes."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            refuse("note.key", why=repr(self.name))
        if len(self.public) != KEY_BYTES:
            refuse("note.key", why=f"{len(self.public)} bytes")

    @property
    def id(self) -> bytes:
        """Four bytes that tell which key a signature is of. Anybody can make another key with the same."""
        return sha256(b"%s\n%c%s" % (self.name.encode(), self.kind, self.public)).digest()[:ID_BYTES]

    def text(self) -> str:
        """The key as people pass it on (vkey): name, id, kind and key."""
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is this key's, by Ed25519 (RFC 8032), of `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A key that signs. `sign` gives the Ed25519 signature of a message, wherever the private key lies."""

    key: NoteKey
    sign: Callable[[bytes], bytes]


def ed25519_signer(name: str, kind: KeyKind, private: Ed25519PrivateKey) -> NoteSigner:
    """The signer of a private key that is in memory. Raises CeibaError `note.key` for a name that is none."""
    return NoteSigner(NoteKey(name, kind, private.public_key().public_bytes_raw()), private.sign)


def read_note_key(text: str) -> NoteKey:
    """The key whose `text()` this is. Raises CeibaError `note.key`, also when the id is not the key's own."""
    name, _, rest = text.partition("+")
    shown, _, material = rest.partition("+")
    try:
        data = decoded(material)
        key = NoteKey(name, KeyKind(data[0]), data[1:])
        same = key.text() == text
    except (ValueError, IndexError) as error:
        refuse("note.key", why=error)
    if not same:
        refuse("note.key", why=f"{shown} != {key.id.hex()}")
    return key


def is_key_name(name: str) -> bool:
    """Not empty, without control characters, Unicode spaces or a plus."""
    return name != "" and not any(letter.isspace() or letter < " " or letter == "+" for letter in name)
