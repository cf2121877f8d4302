"""The constancia as a card: a CWT (RFC 8392) in COSE_Sign1, in base45 (RFC 9285), in a QR of at most 400 characters.

Claims 1, 4 and 6 are RFC 8392's. One private claim holds the rest as an array: name, birth date in days since
1970-01-01, programme, months accepted, first and last month counted from year 0, and where its status is. A status
address under the issuer's own site is written without that site. The card is what fits; its place in the status
list names it, so it has no id.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import base45
import cbor2
import segno

from ceiba.core.kernel.month import Month
from ceiba.proofs import cose
from ceiba.proofs.claims import FIELDS, Claimed, Constancia, Value, count, moment, text, value
from ceiba.proofs.keys import Signer, web_base
from ceiba.proofs.problems import refused
from ceiba.proofs.trust import Held, Trust

PREFIX: Final = "CEIBA1:"
LONGEST: Final = 400  # characters in the QR
ISS, EXP, IAT = 1, 4, 6
CEIBA: Final = -65537  # private use: RFC 8392, section 9.1
CLAIMS: Final = frozenset({ISS, EXP, IAT, CEIBA})
EPOCH: Final = date(1970, 1, 1)


def written(constancia: Constancia, signer: Signer) -> str:
    """The card's text. Raises CeibaError (card.too_long)."""
    payload = cbor2.dumps(
        {
            ISS: constancia.issuer,
            EXP: int(constancia.expires.timestamp()),
            IAT: int(constancia.issued.timestamp()),
            CEIBA: [
                constancia.name,
                (constancia.birth_date - EPOCH).days,
                constancia.programme,
                constancia.months_accepted,
                _number(constancia.first_month),
                _number(constancia.last_month),
                constancia.status_list.removeprefix(web_base(constancia.issuer)),
                constancia.status_index,
            ],
        },
        canonical=True,
    )
    card = PREFIX + _base45(cose.signed(signer, signer.public.short_name, payload))
    if len(card) > LONGEST:
        raise refused("card.too_long", size=len(card), most=LONGEST)
    return card


def drawn(card: str) -> segno.QRCode:
    """Its QR, in the alphanumeric mode that base45 is made for, with medium error correction."""
    return segno.make_qr(card, mode="alphanumeric", error="m")


def opened(card: str, trust: Trust) -> tuple[Claimed, Held]:
    """Verify a card's signature and read it; whether it holds now is for `verifying` to say.

    Raises CeibaError (proof.*).
    """
    if len(card) > LONGEST:
        raise refused("proof.too_large", size=len(card), most=LONGEST)
    try:
        data = base45.b45decode(card.removeprefix(PREFIX).encode())
    except ValueError as error:
        raise refused("proof.damaged", what="base45") from error
    sign1 = cose.opened(data, lambda kid: trust.held_short(kid).key)
    return _claimed(cose.read(sign1.payload)), trust.held_short(sign1.kid)


def _claimed(payload: Any) -> Claimed:
    if not isinstance(payload, dict):
        raise refused("proof.damaged", what="CWT")
    if extra := [name for name in payload if type(name) is not int or name not in CLAIMS]:
        raise refused("proof.extra", what=str(extra[0])[:40])
    rest = payload.get(CEIBA)
    if not isinstance(rest, list) or len(rest) != len(FIELDS) + 2:
        raise refused("proof.claim", claim="CWT")
    readers: tuple[Callable[[object], Value], ...] = (text, _day, text, count, _month, _month)
    subject = {
        field: value(field, read, raw) for field, read, raw in zip(FIELDS, readers, rest[:-2], strict=True)
    }
    issuer = value("issuer", text, payload.get(ISS))
    return Claimed(
        subject=subject,
        issuer=issuer,
        issued=value("issued", moment, payload.get(IAT)),
        expires=value("expires", moment, payload.get(EXP)),
        status_list=_address(issuer, value("status_list", text, rest[-2])),
        status_index=value("status_index", count, rest[-1]),
    )


def _base45(data: bytes) -> str:
    return str(base45.b45encode(data), "ascii")


def _address(issuer: str, said: str) -> str:
    return said if said.startswith("https://") else web_base(issuer) + said


def _number(month: Month) -> int:
    return month.year * 12 + month.month - 1


def _month(raw: object) -> Month:
    return Month(count(raw) // 12, count(raw) % 12 + 1)


def _day(raw: object) -> date:
    if type(raw) is not int:
        raise ValueError(raw)
    return EPOCH + timedelta(days=raw)
