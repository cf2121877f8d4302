"""Closing balances of a camt.053: what the bank says there is on our account at the end of a day."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from ceiba.rails.base import Balance
from ceiba.rails.entries import Values
from ceiba.rails.iso20022.bookings import account_of
from ceiba.rails.iso20022.reading import message_kind
from ceiba.rails.iso20022.stream import Record, Stream

# Entries are asked for although they are not looked at: what is no record is kept as part of the one around it.
_RECORDS: Final = frozenset({"Stmt", "Bal", "Ntry"})
_CLOSING: Final = "CLBD"


def balances(file: BinaryIO, name: str) -> Iterator[Balance]:
    """The closing balances of a camt.053, none of any other message. Raises CeibaError as `reading.entries` does."""
    values = Values(name)
    try:
        for record in Stream(name, lambda namespace: _statement(namespace, name)).records(file):
            if record.name == "Bal" and record.fields.get("/Tp/CdOrPrtry/Cd") == _CLOSING:
                yield _balance(record, values)
    except _NoStatementError:
        return


class _NoStatementError(Exception):
    """Another message than a statement: it says nothing of a balance."""


def _statement(namespace: str, name: str) -> frozenset[str]:
    if message_kind(namespace, name) != "camt.053":
        raise _NoStatementError
    return _RECORDS


def _balance(record: Record, values: Values) -> Balance:
    fields = record.fields
    day = values.day(fields.get("/Dt/Dt") or fields.get("/Dt/DtTm"), "Bal/Dt", None)
    if day is None or "/Amt" not in fields:
        raise values.fail.error("rail.lacks", field="Bal")
    minor = values.amount(fields["/Amt"], fields.get("/Amt@Ccy"), "Bal/Amt", None)
    side = fields.get("/CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise values.wrong("Bal/CdtDbtInd", side or "", None)
    return Balance(account_of(record.around), day, minor if side == "CRDT" else -minor)
