"""pain.001, versions .03 and .09: a customer's order to its bank, as text.

Values are put into text that is fixed for the file, not into elements: the shape is checked by the schema afterwards,
byte for byte, so that nothing is taken on trust.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from ceiba.core.banking import Order, OwnAccount, Scheme
from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.amounts import major, minor_digits
from ceiba.rails.division import Columns
from ceiba.rails.letters import Letters, written
from ceiba.rails.problems import Fail

VERSIONS: Final = ("pain.001.001.03", "pain.001.001.09")
NAME_MAX: Final = 140
CONCEPT_MAX: Final = 140
# As the schemas have them: `EndToEndId` (in letters that every bank gives back), `IBAN`, `Othr/Id`, `MmbId`, `BIC`.
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,35}")
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9.-]{1,34}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{1,30}")
_MEMBER: Final = re.compile(r"[A-Za-z0-9.-]{1,35}")
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a bank asks of the message beyond the standard; each default is an assumption until the bank has said so.

    `scheme_codes` are the proprietary names (`SchmeNm/Prtry`) of how an account is named; IBAN needs none.
    `clearing_system` is the code (`ClrSysId/Prtry`) of the system whose bank codes are used where there is no BIC.
    `batch_booking` asks for one booking of the whole (true), one an order (false), or leaves it to the bank (None).
    `initiator` is the customer's id at the bank (`InitgPty/Id/OrgId/Othr/Id`).
    """

    version: str = VERSIONS[0]
    letters: Letters = Letters.BASIC
    name_max: int = 70
    scheme_codes: Mapping[str, str] | None = None
    clearing_system: str | None = None
    batch_booking: bool | None = None
    initiator: str | None = None

    @property
    def bic(self) -> str:
        """The element of a BIC in this version."""
        return "BIC" if self.version == VERSIONS[0] else "BICFI"


def opening(shape: Shape, order: Order, message: str, count: int, sum_minor: int) -> bytes:
    """Everything before the first order."""
    debtor = order.debtor
    total = f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{major(sum_minor, minor_digits(debtor.currency))}</CtrlSum>"
    name = escape(written([debtor.holder], shape.letters, shape.name_max)[0])
    day = order.execute_on.isoformat()
    batch = (
        "" if shape.batch_booking is None else f"<BtchBookg>{str(shape.batch_booking).lower()}</BtchBookg>"
    )
    initiator = (
        f"<Id><OrgId><Othr><Id>{escape(shape.initiator)}</Id></Othr></OrgId></Id>" if shape.initiator else ""
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{shape.version}"><CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{message}</MsgId>"
        f"<CreDtTm>{order.created_at.isoformat(timespec='seconds')}</CreDtTm>{total}"
        f"<InitgPty><Nm>{name}</Nm>{initiator}</InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{message}</PmtInfId><PmtMtd>TRF</PmtMtd>{batch}{total}"
        f"<ReqdExctnDt>{day if shape.version == VERSIONS[0] else f'<Dt>{day}</Dt>'}</ReqdExctnDt>"
        f"<Dbtr><Nm>{name}</Nm></Dbtr>"
        f"<DbtrAcct>{_account(shape, debtor)}<Ccy>{debtor.currency}</Ccy></DbtrAcct>"
        f"<DbtrAgt><FinInstnId>{_bank(shape, debtor.bank)}</FinInstnId></DbtrAgt>\n"
    )
    return text.encode()


CLOSING: Final = b"</PmtInf></CstmrCdtTrfInitn></Document>\n"


class Lines:
    """Orders as text; what repeats between them, an account's frame and a bank, is made once."""

    def __init__(self, shape: Shape, currency: str) -> None:
        self._shape = shape
        self._currency = currency
        self._digits = minor_digits(currency)
        self._banks: dict[object, str] = {}
        self._frames = {scheme.value: _account_frame(shape, scheme) for scheme in Scheme}

    def texts(self, columns: Columns) -> list[bytes]:
        """One text an order."""
        shape, digits, frames = self._shape, self._digits, self._frames
        _check(columns)
        names = written(columns["name"], shape.letters, shape.name_max)
        if "" in names:
            raise _wrong(columns, names.index(""), "name")
        concepts = written(columns["concept"], shape.letters, CONCEPT_MAX)
        before = f'</EndToEndId></PmtId><Amt><InstdAmt Ccy="{self._currency}">'
        rows = zip(
            columns["end_to_end_id"], columns["amount_minor"], columns["bank"],
            names, columns["scheme"], columns["account"], concepts, strict=True,
        )  # fmt: skip
        return [
            (
                f"<CdtTrfTxInf><PmtId><EndToEndId>{escape(order)}{before}{major(amount, digits)}</InstdAmt></Amt>"
                f"{self._agent(bank)}<Cdtr><Nm>{escape(name)}</Nm></Cdtr>"
                f"<CdtrAcct>{frames[scheme][0]}{escape(account)}{frames[scheme][1]}</CdtrAcct>"
                f"{f'<RmtInf><Ustrd>{escape(concept)}</Ustrd></RmtInf>' if concept else ''}</CdtTrfTxInf>\n"
            ).encode()
            for order, amount, bank, name, scheme, account, concept in rows
        ]

    def _agent(self, bank: str | None) -> str:
        text = self._banks.get(bank)
        if text is None:
            inner = f"<CdtrAgt><FinInstnId>{_bank(self._shape, bank)}</FinInstnId></CdtrAgt>" if bank else ""
            text = self._banks[bank] = inner
        return text


def _check(columns: Columns) -> None:
    """Raises CeibaError (rail.order) for the first value that the schema would refuse."""
    for number, (order, scheme, account, bank) in enumerate(
        zip(columns["end_to_end_id"], columns["scheme"], columns["account"], columns["bank"], strict=True)
    ):
        pattern = _IBAN if scheme == Scheme.IBAN else _ACCOUNT
        if not pattern.fullmatch(account):
            raise _wrong(columns, number, "account")
        if not _ID.fullmatch(order):
            raise _wrong(columns, number, "end_to_end_id")
        if bank and not _MEMBER.fullmatch(bank):
            raise _wrong(columns, number, "bank")


def _wrong(columns: Columns, number: int, field: str) -> CeibaError:
    return Fail("").error("rail.order", order=columns["end_to_end_id"][number], field=field)


def _account(shape: Shape, own: OwnAccount) -> str:
    before, after = _account_frame(shape, own.scheme)
    return f"{before}{escape(own.account)}{after}"


def _account_frame(shape: Shape, scheme: Scheme) -> tuple[str, str]:
    """What stands before and after an account's number."""
    if scheme is Scheme.IBAN:
        return "<Id><IBAN>", "</IBAN></Id>"
    code = (shape.scheme_codes or {}).get(scheme.value)
    named = f"<SchmeNm><Prtry>{escape(code)}</Prtry></SchmeNm>" if code else ""
    return "<Id><Othr><Id>", f"</Id>{named}</Othr></Id>"


def _bank(shape: Shape, bank: str | None) -> str:
    """A bank by its BIC, or by its national code in its clearing system; NOTPROVIDED where none is given."""
    if not bank:
        return "<Othr><Id>NOTPROVIDED</Id></Othr>"
    if _BIC.fullmatch(bank):
        return f"<{shape.bic}>{bank}</{shape.bic}>"
    system = (
        f"<ClrSysId><Prtry>{escape(shape.clearing_system)}</Prtry></ClrSysId>"
        if shape.clearing_system
        else ""
    )
    return f"<ClrSysMmbId>{system}<MmbId>{escape(bank)}</MmbId></ClrSysMmbId>"
