"""Receipts of what was decided about a person's month."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceiba.core.log_entries import EntryKind
from ceiba.core.salted import opens
from ceiba.determinations.models import Determination
from ceiba.determinations.selectors import revisions_of
from ceiba.proofs.base64_text import decoded
from ceiba.proofs.log_problems import refuse as refuse_receipt
from ceiba.proofs.receipt import Opening, Receipt, read_receipt, verify_receipt
from ceiba.proofs.squeezed import unsqueezed
from ceiba.transparency.answers import number_of, receipt_for, signed
from ceiba.transparency.keys import log_trust
from ceiba.transparency.problems import refuse
from ceiba.transparency.selectors.checkpoints import witness_keys
from ceiba.transparency.selectors.entries import entry_at
from ceiba.transparency.sources import determination_key


@dataclass(frozen=True, slots=True)
class MonthReceipt:
    """A decision, and its receipt; None while it is in no signed checkpoint, and once its salt was erased."""

    decided: Determination
    receipt: Receipt | None


def month_receipts(participant: int, month: date, programme: str) -> list[MonthReceipt]:
    """Everything that was decided of a person's month, first decision first."""
    return [
        MonthReceipt(
            row,
            receipt_for(
                EntryKind.DETERMINATION, determination_key(month, participant, row.revision, programme)
            ),
        )
        for row in revisions_of(programme, month, participant)
    ]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receipt that somebody brought proves: the place, how many entries vouch for it, and what it says."""

    index: int
    size: int
    kind: str
    data: Mapping[str, Any]
    witnesses: tuple[str, ...]


def checked(text: str, latest: int) -> Checked:
    """A receipt, whole or as a QR has it, verified against this log; nothing of it is kept.

    The QR of papers printed before had no path and no checkpoint: those are read as well, and looked up here.
    Raises CeibaError those of `unsqueezed`, `read_receipt` and `verify_receipt`, `log.not_there`.
    """
    origin, index, opening = _read_short(text)
    if opening is None:
        plain = unsqueezed(text)
        receipt = read_receipt(plain if isinstance(plain, bytes) else plain.encode())
        trust = log_trust(witness_keys())
        proven = verify_receipt(receipt, trust, latest)
        names = tuple(one.key.name for one in proven.vouched.witnesses)
        return Checked(receipt.index, receipt.size, proven.entry.kind, _members(proven.data), names)
    entry, size = entry_at(index), signed().size
    if origin != log_trust().origin or entry is None or index >= size:
        refuse("log.not_there")
    if not opens(bytes(entry.value), opening.salt, opening.data.encode(errors="surrogatepass")):
        refuse_receipt("receipt.opening")
    return Checked(index, size, entry.kind, _members(opening.data), ())


def _read_short(text: str) -> tuple[str, int, Opening | None]:
    """What the QR of older papers says; without an opening when it is none."""
    try:
        members = json.loads(text)
        opening = Opening(decoded(members["salt"]), str(members["data"]))
        return str(members["log"]), number_of(str(members["index"]), "index"), opening
    except (ValueError, TypeError, KeyError, RecursionError):
        return "", 0, None


def _members(data: str | None) -> Mapping[str, Any]:
    found = json.loads(data) if data else {}
    return found if isinstance(found, dict) else {}
