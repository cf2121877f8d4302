"""Bank files by hand, as short as they can be."""

OURS = f"{1:032}"


def camt(
    body: str,
    kind: str = "054",
    version: str = "08",
    account: str = "<IBAN>GT82TRAJ01020000001210029690</IBAN>",
):
    outer, inner = ("BkToCstmrStmt", "Stmt") if kind == "053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}"><{outer}><GrpHdr>'
        f"<MsgId>1</MsgId></GrpHdr><{inner}><Id>1</Id><Acct><Id>{account}</Id></Acct>{body}</{inner}></{outer}></Document>"
    )


def entry(
    details: str = "", amount: str = "250.00", side: str = "DBIT", *, currency: str = "GTQ", head: str = "",
    reference: str | None = "B1", status: str = "<Cd>BOOK</Cd>", tail: str = "",
) -> str:  # fmt: skip
    named = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f'<Ntry><NtryRef>7</NtryRef><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{head}'
        f"<Sts>{status}</Sts><BookgDt><Dt>2026-11-06</Dt></BookgDt>{named}<BkTxCd/>"
        f"{f'<NtryDtls>{details}</NtryDtls>' if details else ''}{tail}</Ntry>"
    )


def detail(
    order: str = OURS, amount: str | None = "250.00", *, more: str = "", refs: str = "", ccy: str = "GTQ"
) -> str:
    told = f'<Amt Ccy="{ccy}">{amount}</Amt>' if amount else ""
    return f"<TxDtls><Refs><EndToEndId>{order}</EndToEndId>{refs}</Refs>{told}{more}</TxDtls>"


def status(
    body: str, version: str = "10", message: str = "<OrgnlMsgId>M1</OrgnlMsgId>", group: str = ""
) -> str:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts>{message}{group}</OrgnlGrpInfAndSts>{body}</CstmrPmtStsRpt></Document>"
    )
