"""A bank that writes what it is told to: camt.053, camt.054 and pain.002 about payments, as small as they may be."""

from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from ceiba.payments.models import Payment

DAY = "2026-11-10"
OURS = "123"


@dataclass
class Bank:
    """Collects what it says, then writes it into `folder`."""

    folder: Path
    account: str = OURS
    said: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)

    def books(
        self,
        payment: Payment | str | None,
        minor: int | None = None,
        *,
        reference: str,
        credit: bool = False,
        day: str = DAY,
        batch: str = "",
        reason: str = "",
    ) -> "Bank":
        """An entry on the account, of a payment, of an id, of a batch or of nothing."""
        named = payment.end_to_end_id if isinstance(payment, Payment) else payment
        if minor is None:
            assert isinstance(payment, Payment)
            minor = payment.amount_minor
        refs = f"<EndToEndId>{named}</EndToEndId>" if named else ""
        refs += f"<PmtInfId>{batch}</PmtInfId>" if batch else ""
        back = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
        amount = f'<Amt Ccy="USD">{minor // 100}.{minor % 100:02d}</Amt>'
        details = f"<NtryDtls><TxDtls><Refs>{refs}</Refs>{amount}{back}</TxDtls></NtryDtls>" if refs else ""
        self.said.append(
            f"<Ntry>{amount}<CdtDbtInd>{'CRDT' if credit else 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{escape(reference)}</AcctSvcrRef>{details}</Ntry>"
        )
        return self

    def returns(self, payment: Payment, *, reference: str, reason: str = "AC04", day: str = DAY) -> "Bank":
        return self.books(payment, reference=reference, credit=True, reason=reason, day=day)

    def answers(self, payment: Payment | None, status: str, reason: str = "") -> "Bank":
        """The status of a payment, or, without one, of the whole message."""
        why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
        if payment is None:
            self.statuses.insert(0, f"<GrpSts>{status}</GrpSts>{why}")
        else:
            self.statuses.append(
                f"<TxInfAndSts><OrgnlEndToEndId>{payment.end_to_end_id}</OrgnlEndToEndId>"
                f"<TxSts>{status}</TxSts>{why}</TxInfAndSts>"
            )
        return self

    def notice(self, name: str = "aviso.xml") -> Path:
        """What was booked so far, as a camt.054."""
        return self._bookings(name, "camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", "")

    def statement(self, closing_minor: int, name: str = "estado.xml", day: str = DAY) -> Path:
        """The same as a camt.053, with the balance at the end of the day."""
        sign = "DBIT" if closing_minor < 0 else "CRDT"
        amount = f"{abs(closing_minor) // 100}.{abs(closing_minor) % 100:02d}"
        balance = (
            f'<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{amount}</Amt>'
            f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )
        return self._bookings(name, "camt.053.001.08", "BkToCstmrStmt", "Stmt", balance)

    def report(self, message: str, name: str = "respuesta.xml") -> Path:
        """The answers so far, as a pain.002 about a message."""
        group = self.statuses.pop(0) if self.statuses and self.statuses[0].startswith("<GrpSts>") else ""
        body = "".join(self.statuses)
        batch = (
            f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}</OrgnlPmtInfId>{body}</OrgnlPmtInfAndSts>"
            if body
            else ""
        )
        return self._write(
            name,
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
            f"<GrpHdr><MsgId>R1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId>"
            f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>{batch}</CstmrPmtStsRpt></Document>",
        )

    def _bookings(self, name: str, version: str, root: str, record: str, balance: str) -> Path:
        return self._write(
            name,
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><{root}><GrpHdr><MsgId>B1</MsgId></GrpHdr>'
            f"<{record}><Id>1</Id><Acct><Id><Othr><Id>{self.account}</Id></Othr></Id></Acct>{balance}"
            f"{''.join(self.said)}</{record}></{root}></Document>",
        )

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path
