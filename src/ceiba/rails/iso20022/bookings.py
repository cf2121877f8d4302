"""camt.053 and camt.054: what moved on our account, entry by entry and, where the bank gives it, order by order.

Every cent of an entry is told once: its details with their amounts, and what they leave over as a row of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceiba.core.banking import Said
from ceiba.rails.entries import UNNUMBERED, Row, Values, entry_id, given
from ceiba.rails.iso20022.stream import Fields, Record

RECORDS: Final = frozenset({"Stmt", "Ntfctn", "Ntry", "NtryDtls", "TxDtls"})

# ISO 20022 external codes of bank transaction sub-families: a credit of these is one of our payments coming back.
RETURNS: Final = frozenset({"RRTN", "RPCR", "ARET", "PRCT"})
_LEFT_OVER: Final = "not in the details of the entry"


@dataclass(slots=True)
class Entry:
    """What is common to all details of an entry, and what they have told of it so far.

    `left` is the amount that no detail has told, from our account's side: minus is money gone.
    """

    own_account: str | None
    amount: int
    currency: str
    credit: bool
    reversal: bool
    booked: bool
    booked_on: date | None
    reference: str | None
    family: str | None
    left: int
    details: int = 0
    waiting: Record | None = None


class Bookings:
    """Takes the records of one file in turn; `told` gives each one's rows."""

    def __init__(self, name: str) -> None:
        self._values = Values(name)

    def told(self, record: Record) -> Iterator[Row]:
        """The rows of a record that has ended. Raises CeibaError (rail.lacks, rail.value)."""
        if record.name == "TxDtls":
            yield from self._detail(record, self._entry_of(record))
        elif record.name == "NtryDtls":
            entry = self._entry_of(record)
            if record.told is None and any(path.startswith("/Btch/") for path in record.fields):
                yield from self._detail(record, entry)
        elif record.name == "Ntry":
            yield from self._rest(record, self._entry(record))

    def _entry_of(self, detail: Record) -> Entry:
        around = detail.around
        if around is not None and around.name == "NtryDtls":
            around.told = True
            around = around.around
        if around is None or around.name != "Ntry":
            raise self._values.fail.error("rail.lacks", field="Ntry")
        return self._entry(around)

    def _entry(self, record: Record) -> Entry:
        """The entry of a record, read once: everything asked for stands before its details."""
        if isinstance(record.told, Entry):
            return record.told
        fields, values = record.fields, self._values
        reference = fields.get("/AcctSvcrRef")
        item = reference or fields.get("/NtryRef")
        currency = fields.get("/Amt@Ccy")
        if "/Amt" not in fields or currency is None:
            raise values.fail.error("rail.lacks", item=item, field="Ntry/Amt")
        credit = self._credit(fields.get("/CdtDbtInd"), item)
        amount = values.amount(fields["/Amt"], currency, "Ntry/Amt", item)
        record.told = entry = Entry(
            own_account=account_of(record.around),
            amount=amount,
            currency=currency,
            credit=credit,
            reversal=fields.get("/RvslInd") in ("true", "1"),
            booked=(fields.get("/Sts") or fields.get("/Sts/Cd") or fields.get("/Sts/Prtry")) == "BOOK",
            booked_on=values.day(fields.get("/BookgDt/Dt") or fields.get("/BookgDt/DtTm"), "BookgDt", item),
            reference=reference,
            family=fields.get("/BkTxCd/Domn/Fmly/SubFmlyCd"),
            left=amount if credit else -amount,
        )
        return entry

    def _credit(self, text: str | None, item: str | None) -> bool:
        if text not in ("CRDT", "DBIT"):
            raise self._values.wrong("CdtDbtInd", text or "", item)
        return text == "CRDT"

    def _detail(self, record: Record, entry: Entry) -> Iterator[Row]:
        """A detail with its amount; the first one without waits, for it may be the only one and the whole entry."""
        entry.details += 1
        amount = self._amount(record, entry)
        if amount is not None:
            yield from self._row(record, entry, amount, booked=entry.booked)
        elif entry.details == 1:
            entry.waiting = record
        else:
            yield from self._row(record, entry, None, booked=False)

    def _amount(self, record: Record, entry: Entry) -> int | None:
        """The detail's amount in the entry's currency, or None."""
        fields = record.fields
        for path in ("/Amt", "/AmtDtls/TxAmt/Amt", "/AmtDtls/InstdAmt/Amt", "/Btch/TtlAmt"):
            if path in fields and fields.get(f"{path}@Ccy") == entry.currency:
                return self._values.amount(fields[path], entry.currency, path[1:], entry.reference)
        return None

    def _rest(self, record: Record, entry: Entry) -> Iterator[Row]:
        """What the details of an entry leave to be told of it at its end."""
        if not entry.details:
            yield from self._row(record, entry, entry.amount, booked=entry.booked)
            return
        if entry.waiting is not None:
            alone = entry.details == 1
            amount = entry.amount if alone else None
            yield from self._row(entry.waiting, entry, amount, booked=entry.booked and alone)
        if entry.left:
            yield self._made(
                entry, Fields(), said=Said.OTHER if entry.booked else Said.PENDING, amount=abs(entry.left),
                credit=entry.left > 0, booked=entry.booked, text=_LEFT_OVER,
            )  # fmt: skip

    def _row(self, record: Record, entry: Entry, amount: int | None, *, booked: bool) -> Iterator[Row]:
        fields = record.fields
        credit = entry.credit
        if record.name == "TxDtls" and "/CdtDbtInd" in fields:
            credit = self._credit(fields["/CdtDbtInd"], entry.reference)
        if amount is not None:
            entry.left -= amount if credit else -amount
        if amount == 0:
            return  # nothing moved
        yield self._made(
            entry, fields, said=_said(fields, entry, credit), amount=amount, credit=credit, booked=booked,
            text=_text(fields), batch_of=record.around if record.name == "TxDtls" else None,
        )  # fmt: skip

    def _made(
        self, entry: Entry, fields: Fields, *, said: Said, amount: int | None, credit: bool, booked: bool,
        text: str | None, batch_of: Record | None = None,
    ) -> Row:  # fmt: skip
        """The row, in the order of `ENTRIES`."""
        group = batch_of.fields if batch_of is not None else fields
        order = given(fields.get("/Refs/EndToEndId"))
        message = _of(fields, "/Refs/MsgId") or _of(group, "/Btch/MsgId")
        batch = _of(fields, "/Refs/PmtInfId") or _of(group, "/Btch/PmtInfId")
        reference = fields.get("/Refs/AcctSvcrRef") or entry.reference
        beside = None if order else text
        reason = fields.get("/RtrInf/Rsn/Cd") or fields.get("/RtrInf/Rsn/Prtry")
        saying = (entry.own_account, entry.booked, booked, said, credit, entry.currency, amount, order)
        if reference is not None:
            key = entry_id(
                "booking", reference, *saying, None if order else batch, text if text is _LEFT_OVER else None
            )
        else:
            named = fields.get("/Refs/TxId") or fields.get("/Refs/InstrId")
            key = entry_id("booking", None, *saying, entry.booked_on, batch, named, beside) + UNNUMBERED
        return (
            key, said.value, order, message, batch, amount, entry.currency, credit, entry.own_account, booked,
            entry.booked_on, reference, reason, text,
        )  # fmt: skip


def account_of(statement: Record | None) -> str | None:
    """Our account, as a statement or notice names it."""
    if statement is None:
        return None
    return statement.fields.get("/Acct/Id/IBAN") or statement.fields.get("/Acct/Id/Othr/Id")


def _of(fields: Fields, path: str) -> str | None:
    return given(fields.get(path))


_NAMES: Final = ("/Refs/EndToEndId", "/Refs/PmtInfId", "/Refs/MsgId", "/Btch/PmtInfId", "/Btch/MsgId")


def _said(fields: Fields, entry: Entry, credit: bool) -> Said:
    """What a booking says of a payment; of what it names nothing of ours, that it moved for something else."""
    if not entry.booked:
        return Said.PENDING
    names = any(given(fields.get(path)) for path in _NAMES)
    if not credit:
        return Said.PAID if names and not entry.reversal else Said.OTHER
    returned = (
        entry.reversal or entry.family in RETURNS or any(path.startswith("/RtrInf/") for path in fields)
    )
    return Said.RETURNED if names and returned else Said.OTHER


def _text(fields: Fields) -> str | None:
    for path in ("/RtrInf/AddtlInf", "/AddtlTxInf", "/RmtInf/Ustrd", "/AddtlNtryInf"):
        if path in fields:
            return fields[path]
    return None
