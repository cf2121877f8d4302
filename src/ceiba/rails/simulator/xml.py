"""The simulated bank's answers as ISO 20022: pain.002, camt.054 and camt.053, in an old version and a newer one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from ceiba.rails.amounts import major, minor_digits
from ceiba.rails.simulator.booked import Answer, Booking
from ceiba.rails.simulator.received import Received

STYLES: Final = ("02", "08")  # of camt.053 and camt.054; pain.002 goes with them
_STATUS: Final = {"02": "pain.002.001.03", "08": "pain.002.001.10"}


@dataclass(frozen=True, slots=True)
class Xml:
    """Writes for one customer file; `style` is one of STYLES, `made_at` the time in the headers."""

    file: Received
    style: str
    made_at: datetime

    def status(self, message: str, answer: Answer) -> Iterator[str]:
        """pain.002: the whole refused, or accepted with the rejected orders listed."""
        file, digits = self.file, minor_digits(self.file.currency)
        whole = "RJCT" if answer.refusal else "PART" if answer.rejected else "ACCP"
        yield self._opened(_STATUS[self.style], "CstmrPmtStsRpt", message)
        yield (
            f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(file.message)}</OrgnlMsgId>"
            f"<OrgnlMsgNmId>pain.001</OrgnlMsgNmId><GrpSts>{whole}</GrpSts>{_reason(answer.refusal)}"
            "</OrgnlGrpInfAndSts>\n"
        )
        if answer.rejected:
            yield f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(file.batch)}</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>"
            for order, reason in answer.rejected:
                yield (
                    f"<TxInfAndSts><OrgnlEndToEndId>{escape(order.end_to_end_id)}</OrgnlEndToEndId>"
                    f'<TxSts>RJCT</TxSts>{_reason(reason)}<OrgnlTxRef><Amt><InstdAmt Ccy="{file.currency}">'
                    f"{major(order.amount_minor, digits)}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\n"
                )
            yield "</OrgnlPmtInfAndSts>\n"
        yield "</CstmrPmtStsRpt></Document>\n"

    def notice(self, message: str, bookings: Iterable[Booking]) -> Iterator[str]:
        """camt.054."""
        yield self._opened(f"camt.054.001.{self.style}", "BkToCstmrDbtCdtNtfctn", message)
        yield f"<Ntfctn><Id>{message}</Id>{self._account()}\n"
        yield from map(self._entry, bookings)
        yield "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"

    def statement(self, message: str, bookings: list[Booking], opening_minor: int) -> Iterator[str]:
        """camt.053 with the balance before and the one that follows from its entries."""
        moved = sum(b.amount_minor if b.credit else -b.amount_minor for b in bookings)
        day = max(booking.day for booking in bookings).isoformat()
        yield self._opened(f"camt.053.001.{self.style}", "BkToCstmrStmt", message)
        yield f"<Stmt><Id>{message}</Id>{self._account()}\n"
        for code, balance in (("OPBD", opening_minor), ("CLBD", opening_minor + moved)):
            yield (
                f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{self._amount(abs(balance))}"
                f"<CdtDbtInd>{_side(balance >= 0)}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
            )
        yield from map(self._entry, bookings)
        yield "</Stmt></BkToCstmrStmt></Document>\n"

    def _opened(self, version: str, element: str, message: str) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><{element}>'
            f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>{self._time()}</CreDtTm></GrpHdr>\n"
        )

    def _account(self) -> str:
        number = escape(self.file.own_account)
        named = f"<IBAN>{number}</IBAN>" if self.file.own_iban else f"<Othr><Id>{number}</Id></Othr>"
        return (
            f"<CreDtTm>{self._time()}</CreDtTm><Acct><Id>{named}</Id><Ccy>{self.file.currency}</Ccy></Acct>"
        )

    def _entry(self, booking: Booking) -> str:
        """An entry of one detail; a return as a reversal with its reason."""
        back = booking.credit and booking.order is not None and not booking.arrives
        day, amount = booking.day.isoformat(), self._amount(booking.amount_minor)
        side = f"<CdtDbtInd>{_side(booking.credit)}</CdtDbtInd>"
        status = "BOOK" if self.style == "02" else "<Cd>BOOK</Cd>"
        code = "COMMISSION" if booking.order is None and not booking.credit else "TRANSFER"
        return (
            f"<Ntry>{amount}{side}{'<RvslInd>true</RvslInd>' if back else ''}<Sts>{status}</Sts>"
            f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{booking.reference}</AcctSvcrRef>"
            f"<BkTxCd><Prtry><Cd>{code}</Cd></Prtry></BkTxCd>"
            f"<NtryDtls><TxDtls>{self._references(booking)}"
            f"{f'<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>' if self.style == '02' else amount + side}"
            f"{f'<RtrInf><Rsn><Cd>{booking.reason}</Cd></Rsn></RtrInf>' if booking.reason else ''}"
            f"{f'<AddtlTxInf>{escape(booking.text)}</AddtlTxInf>' if booking.text else ''}"
            "</TxDtls></NtryDtls></Ntry>\n"
        )

    def _references(self, booking: Booking) -> str:
        if booking.order is None:
            return f"<Refs><AcctSvcrRef>{booking.reference}</AcctSvcrRef></Refs>"
        return (
            f"<Refs><MsgId>{escape(self.file.message)}</MsgId><AcctSvcrRef>{booking.reference}</AcctSvcrRef>"
            f"<PmtInfId>{escape(self.file.batch)}</PmtInfId>"
            f"<EndToEndId>{escape(booking.order)}</EndToEndId></Refs>"
        )

    def _amount(self, minor: int) -> str:
        return f'<Amt Ccy="{self.file.currency}">{major(minor, minor_digits(self.file.currency))}</Amt>'

    def _time(self) -> str:
        return self.made_at.isoformat(timespec="seconds")


def _side(credit: bool) -> str:
    return "CRDT" if credit else "DBIT"


def _reason(code: str | None) -> str:
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""
