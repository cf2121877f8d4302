"""Receipts: a file with which a person proves, to anyone and without Ceiba, that something about them was logged.

    {"receipt": 1, "index": 17, "size": 20852163, "proof": ["gSKyXoYZ…"],
     "leaf": "{\\"commitment\\":\\"3f6a…\\",\\"kind\\":\\"determination\\"}",
     "opening": {"salt": "B95lDa8R…", "data": "{\\"month\\":\\"2026-10\\",\\"outcome\\":\\"hold\\"}"},
     "checkpoint": "example.org/ceiba\\n20852163\\n…"}

`opening` is what the entry's commitment hides: whoever holds the receipt reads it, the log does not. It proves just
as well that somebody was *not* paid: what was decided was logged, whatever it was.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.log_entries import LogEntry, read_entry
from ceiba.core.merkle.tree import leaf_hash
from ceiba.core.merkle.verifying import verify_inclusion
from ceiba.core.salted import opens
from ceiba.proofs.base64_text import decoded, encoded
from ceiba.proofs.base64url import read_json
from ceiba.proofs.checkpoints import LogTrust, Vouched, verify_checkpoint
from ceiba.proofs.log_problems import refuse
from ceiba.proofs.notes import BYTES_MAX, Note, read_note

VERSION: Final = 1
_MEMBERS: Final = {"checkpoint": str, "index": int, "leaf": str, "proof": list, "receipt": int, "size": int}


@dataclass(frozen=True, slots=True)
class Opening:
    """The salt and the data (canonical JSON) of a commitment. Who has both can read it, and show it."""

    salt: bytes
    data: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`leaf` (data) is number `index` of the `size` leaves that `checkpoint` signs, by `proof`."""

    leaf: str
    index: int
    size: int
    proof: tuple[bytes, ...]
    checkpoint: Note
    opening: Opening | None = None

    def written(self) -> str:
        """The receipt as a file."""
        members: dict[str, Any] = {
            "receipt": VERSION,
            "leaf": self.leaf,
            "index": self.index,
            "size": self.size,
            "proof": [encoded(value) for value in self.proof],
            "checkpoint": self.checkpoint.written(),
        }
        if self.opening is not None:
            members["opening"] = {"salt": encoded(self.opening.salt), "data": self.opening.data}
        return json.dumps(members, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves: the entry, what it holds (if that is shown), and who vouches for the log it is in."""

    entry: LogEntry
    data: str | None
    vouched: Vouched


def read_receipt(data: bytes) -> Receipt:
    """The receipt in a file; nothing of it is verified yet.

    Raises CeibaError `receipt.form` for members too many, lacking, twice there or of another type, and `note.form`.
    """
    if len(data) > BYTES_MAX:
        refuse("receipt.form", why=f"> {BYTES_MAX} bytes")
    try:
        members = read_json(data)
        opening = _read_opening(members.pop("opening")) if "opening" in members else None
        _check(members, _MEMBERS)
        proof = tuple(decoded(value) for value in members["proof"])
    except (ValueError, TypeError, AttributeError, CeibaError) as error:
        refuse("receipt.form", why=error)
    if members["receipt"] != VERSION:
        refuse("receipt.form", why=f"receipt {members['receipt']}")
    note = read_note(members["checkpoint"].encode())
    return Receipt(members["leaf"], members["index"], members["size"], proof, note, opening)


def verify_receipt(receipt: Receipt, trust: LogTrust, latest: int | None = None) -> Proven:
    """What the receipt proves to whoever trusts `trust`; `latest` as in `verify_checkpoint`.

    Raises CeibaError: those of `verify_checkpoint` (whose log it is), `receipt.size`, those of `verify_inclusion` (it
    is in that place of it), `log.entry`, `receipt.opening` and `receipt.opens_nothing` (what it says).
    """
    vouched = verify_checkpoint(receipt.checkpoint, trust, latest)
    log = vouched.checkpoint
    if receipt.size != log.size:
        refuse("receipt.size", size=receipt.size, signed=log.size)
    leaf = receipt.leaf.encode(errors="surrogatepass")
    verify_inclusion(leaf_hash(leaf), receipt.index, log.size, receipt.proof, log.root)
    entry = read_entry(leaf)
    return Proven(entry, _opened(entry, receipt.opening), vouched)


def _opened(entry: LogEntry, opening: Opening | None) -> str | None:
    if opening is None:
        return None
    if not entry.salted:
        refuse("receipt.opens_nothing")
    if not opens(entry.value, opening.salt, opening.data.encode(errors="surrogatepass")):
        refuse("receipt.opening")
    return opening.data


def _read_opening(members: Any) -> Opening:
    _check(members, {"salt": str, "data": str})
    return Opening(decoded(members["salt"]), members["data"])


def _check(members: Any, types: dict[str, type]) -> None:
    if type(members) is not dict or members.keys() != types.keys():
        raise TypeError(f"members: {', '.join(types)}")
    wrong = [name for name, kind in types.items() if type(members[name]) is not kind]
    if wrong:
        raise TypeError(", ".join(wrong))
