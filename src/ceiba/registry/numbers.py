"""Numbers of documents: kept encrypted, found by a keyed hash.

AES-256-GCM, bound to the person and document so that a cipher moved to another row does not open; a version
byte, a 12-byte nonce, then the cipher. The hash is keyed BLAKE2b of the document and the number in capitals
without spaces, points and dashes: the same number of two people shows, and nobody without the key can try
numbers against it.
"""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from typing import Final

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

HASH_BYTES: Final = 16
_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


def encrypted(
    owners: Iterable[str], documents: Iterable[str], numbers: Iterable[str | None]
) -> list[bytes | None]:
    """The cipher of each number, or None for none."""
    cipher = AESGCM(_key("encrypt"))
    return [
        None if number is None else _seal(cipher, number, _place(owner, document))
        for owner, document, number in zip(owners, documents, numbers, strict=True)
    ]


def decrypted(
    owners: Iterable[str], documents: Iterable[str], ciphers: Iterable[bytes | None]
) -> list[str | None]:
    """The number in each cipher; None for none, and for one that does not open with this key in this place."""
    cipher = AESGCM(_key("encrypt"))
    return [
        None if sealed is None else _open(cipher, sealed, _place(owner, document))
        for owner, document, sealed in zip(owners, documents, ciphers, strict=True)
    ]


def hashed(documents: pl.Series, numbers: pl.Series) -> list[bytes | None]:
    """The keyed hash of each number, or None for none."""
    plain = numbers.str.to_uppercase().str.replace_all(r"[\s.\-]", "")
    key = _key("hash")
    return [
        None
        if number is None
        else hashlib.blake2b(f"{document}\x1f{number}".encode(), key=key, digest_size=HASH_BYTES).digest()
        for document, number in zip(documents, plain, strict=True)
    ]


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return hashlib.blake2b(
        purpose.encode(), key=hashlib.sha512(secret.encode()).digest(), digest_size=32
    ).digest()


def _key(purpose: str) -> bytes:
    return _derived(settings.DOCUMENT_KEY, f"ceiba document number: {purpose}")


def _place(owner: str, document: str) -> bytes:
    return f"{owner}\x1f{document}".encode()


def _seal(cipher: AESGCM, number: str, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, number.encode(), place)


def _open(cipher: AESGCM, sealed: bytes, place: bytes) -> str | None:
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, body, place).decode()
    except InvalidTag:
        return None
