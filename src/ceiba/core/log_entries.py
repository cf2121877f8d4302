"""What goes into the transparency log: of each thing its kind, and a digest or a salted commitment. Never the thing.

A leaf's data is canonical JSON, so that a leaf can be read by people and written again by anyone:

    {"commitment":"3f6a…","kind":"determination"}      {"digest":"90c1…","kind":"sealed_month"}
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.plain import object_bytes
from ceiba.core.merkle.tree import leaf_hashes
from ceiba.core.salted import SALT_BYTES, commitment

DIGEST_BYTES: Final = 32

register_messages(
    {
        "log.entry": {
            "es": "La hoja no es un asiento del registro de transparencia: {why}. Compárela con la que se imprimió.",
            "en": "The leaf is no entry of the transparency log: {why}. Compare it with what was printed.",
        },
    }
)


class EntryKind(StrEnum):
    """What an entry stands for. Names are in leaves for ever: one is added, none is changed or used again."""

    EVIDENCE = "evidence"
    DETERMINATION = "determination"  # what was decided about a person for a month: paid, held or refused
    SEALED_MONTH = "sealed_month"
    PAYMENT_RUN = "payment_run"  # salted: a run of withdrawals may pay one person
    CREDENTIAL = "credential"  # one issued, or what happened to it
    ROLE_CHANGE = "role_change"  # who may do what, where


OF_NOBODY: Final = frozenset({EntryKind.SEALED_MONTH})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry. `value` is a salted commitment, or (`salted` false) a digest, which only kinds `OF_NOBODY` may have.

    Raises ValueError when it is neither.
    """

    kind: EntryKind
    value: bytes
    salted: bool = True

    def __post_init__(self) -> None:
        if len(self.value) != DIGEST_BYTES:
            raise ValueError(f"an entry has {DIGEST_BYTES} bytes, not {len(self.value)}")
        if not self.salted and self.kind not in OF_NOBODY:
            raise ValueError(f"{self.kind} is of a person and enters as a salted commitment only")

    def data(self) -> bytes:
        """The leaf's data."""
        member = "commitment" if self.salted else "digest"
        return object_bytes({"kind": self.kind.value, member: self.value.hex()})


def committed_entry(kind: EntryKind, salt: bytes, data: bytes) -> LogEntry:
    """The entry of something that is of a person: a commitment to `data` (canonical bytes) with a salt of its own."""
    return LogEntry(kind, commitment(salt, data))


def values_of(kind: EntryKind, salts: bytes, data: Sequence[str]) -> list[bytes]:
    """What entries of a kind hold of `data` (canonical texts): commitments, or digests of a kind that is of nobody.

    `salts` are the salts one behind the other, as many as there are data; of a kind `OF_NOBODY` they are not used.
    Raises ValueError when there are fewer or more.
    """
    if kind in OF_NOBODY:
        return [sha256(text.encode()).digest() for text in data]
    if len(salts) != SALT_BYTES * len(data):
        raise ValueError(f"{len(salts)} bytes of salts for {len(data)} data")
    starts = range(0, len(salts), SALT_BYTES)
    return [
        sha256(salts[start : start + SALT_BYTES] + text.encode()).digest()
        for start, text in zip(starts, data, strict=True)
    ]


def entry_leaves(kind: EntryKind, values: Sequence[bytes]) -> list[bytes]:
    """The leaf hashes of entries of a kind: `leaf_hash(LogEntry(kind, value).data())` of each, faster for many."""
    before, after = LogEntry(kind, bytes(DIGEST_BYTES), kind not in OF_NOBODY).data().split(b"0" * 64)
    return leaf_hashes(before + value.hex().encode() + after for value in values)


def read_entry(data: bytes) -> LogEntry:
    """The entry whose `data()` are these bytes, exactly. Raises CeibaError `log.entry`."""
    try:
        members = json.loads(data.decode())
        kind, salted = EntryKind(members["kind"]), "commitment" in members
        entry = LogEntry(kind, bytes.fromhex(members["commitment" if salted else "digest"]), salted)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CeibaError(Problem("log.entry", values={"why": error})) from error
    if entry.data() != data:
        raise CeibaError(Problem("log.entry", values={"why": "JSON"}))
    return entry
