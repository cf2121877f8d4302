"""Digests and canonical texts that need the standard library alone, so that what verifies a pack can run anywhere."""

import hashlib
import json
from collections.abc import Mapping


def canonical_text(value: object) -> str:
    """Objects, lists, texts, whole numbers, true and false as canonical JSON (`kernel.canonical`)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def object_bytes(members: Mapping[str, str | int]) -> bytes:
    """One object's canonical JSON in UTF-8, of texts, whole numbers, true and false (`kernel.canonical`).

    Raises TypeError for anything else, fractions above all: they are written in more than one way. Raises ValueError
    for a text that is none in UTF-8.

    >>> object_bytes({"month": "2026-10", "code": "GT0000123", "accepted": False}).decode()
    '{"accepted":false,"code":"GT0000123","month":"2026-10"}'
    """
    for name, value in members.items():
        if not isinstance(value, str | int):
            raise TypeError(f"{name}: {type(value).__name__} has no canonical form")
    return canonical_text(members).encode()


def folder_digest(files: Mapping[str, bytes]) -> str:
    """The digest of a programme's folder, in hexadecimal.

    SHA-256 over, for each file in the order of the UTF-8 bytes of its name: the name, a newline, the number of its
    bytes in decimal, a newline, and the bytes.
    """
    digest = hashlib.sha256()
    for name in sorted(files, key=str.encode):
        digest.update(f"{name}\n{len(files[name])}\n".encode())
        digest.update(files[name])
    return digest.hexdigest()


def slices_digest(slices: Mapping[str, Mapping[str, str]]) -> str:
    """SHA-256 of a seal's slices (`core.area_slices`): for each part and each of its areas, both in order of their
    names, `part area digest` and a newline.
    """
    digest = hashlib.sha256()
    for part in sorted(slices):
        for area, value in sorted(slices[part].items()):
            digest.update(f"{part} {area} {value}\n".encode())
    return digest.hexdigest()
