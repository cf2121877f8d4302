"""What goes into the transparency log: of each thing its kind, and a digest or a salted commitment. Never the thing.

A leaf's data is canonical JSON, so that a leaf can be read by people and written again by anyone:

    {"commitment":"3f6a…","kind":"determination"}      {"digest":"90c1…","kind":"sealed_month"}
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.plain import object_bytes
from ceiba.core.salted import commitment

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
    """What an entry stands for."""

    EVIDENCE = "evidence"
    DETERMINATION = "determination"  # what was decided about a person for a month: paid, held or refused
    SEALED_MONTH = "sealed_month"
    PAYMENT_RUN = "payment_run"
    CREDENTIAL = "credential"
    ROLE_CHANGE = "role_change"


OF_NOBODY: Final = frozenset({EntryKind.SEALED_MONTH, EntryKind.PAYMENT_RUN})


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
