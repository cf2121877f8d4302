"""Keys of devices: made here, long and random; kept as a hash, and enciphered as what Digest needs of them.

Nobody chooses a key, so a plain hash keeps it as well as a slow one would, at a thousandth of the time.
"""

import hashlib
import os
import secrets
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

REALM: Final = "Ceiba"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


def key_made() -> str:
    """A new key: 43 letters, digits, - and _."""
    return secrets.token_urlsafe(_KEY_BYTES)


def key_hash(key: str) -> bytes:
    """What is kept of a key, and what it is found by."""
    return hashlib.sha256(key.encode()).digest()


def ha1_of(username: str, key: str) -> str:
    """MD5 of username, realm and key, as Digest wants it (RFC 2617, 3.2.2.2)."""
    return md5_hex(f"{username}:{REALM}:{key}")


def ha1_sealed(username: str, ha1: str) -> bytes:
    """HA1 enciphered: whoever has it could sign in as the device."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(settings.DEVICE_KEY).encrypt(nonce, ha1.encode(), username.encode())


def ha1_opened(username: str, sealed: bytes) -> str | None:
    """HA1 again; None when it was sealed with another key or for another device."""
    nonce, data = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(settings.DEVICE_KEY).decrypt(nonce, data, username.encode()).decode()
    except InvalidTag:
        return None


def md5_hex(text: str) -> str:
    """MD5 in hexadecimal: Digest, as phones speak it, knows nothing better."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@cache
def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(f"ceiba devices {secret}".encode()).digest())
