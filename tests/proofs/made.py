"""One issuer, one person, one trust list: what the tests of proofs forge, each way of forging anew from these."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from ceiba.core.kernel.month import Month
from ceiba.proofs import sd_jwt
from ceiba.proofs.claims import Constancia
from ceiba.proofs.keys import Kind, SigningKey, made
from ceiba.proofs.status_list import Purpose, StatusList, bitstring, list_address
from ceiba.proofs.trust import Issuer, Trust

DID = "did:web:constancias.ejemplo.gob"
OTHER_DID = "did:web:otro.ejemplo.gob"
START = datetime(2024, 1, 1, tzinfo=UTC)
ROTATED = datetime(2025, 7, 1, tzinfo=UTC)  # the old key's end, the new one's beginning
ISSUED = datetime(2026, 3, 2, 12, tzinfo=UTC)
EXPIRES = datetime(2028, 3, 2, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
LISTED = datetime(2026, 4, 30, 6, tzinfo=UTC)
ADDRESS = "https://constancias.ejemplo.gob/estado/1"
INDEX = 94_567
SIZE = 200_000

OLD = made(Kind.P256, START, ROTATED)
KEY = made(Kind.ED25519, ROTATED)
WALLET_KEY = made(Kind.P256, ROTATED)
OTHER = made(Kind.ED25519, START)
STRANGER = made(Kind.ED25519, START)
HOLDER = made(Kind.P256, START)
ROOT = made(Kind.ED25519, START)

TRUST = Trust(
    number=7,
    issued=LISTED,
    expires=NOW + timedelta(days=30),
    issuers=(
        Issuer(DID, "Programa de ejemplo", (OLD.public, KEY.public, WALLET_KEY.public)),
        Issuer(OTHER_DID, "Otro programa", (OTHER.public,)),
    ),
)
SALTS = [bytes([number]) * 16 for number in range(1, 7)]


def constancia(**other: object) -> Constancia:
    said = {
        "id": UUID("5f3c2f0e-3a52-4f6e-9d55-0d3c8a3f1e21"),
        "name": "María de los Ángeles Xitumul Hernández",
        "birth_date": date(1969, 2, 28),
        "programme": "Sembrando Vida",
        "months_accepted": 36,
        "first_month": Month(2022, 11),
        "last_month": Month(2026, 2),
        "issuer": DID,
        "issued": ISSUED,
        "expires": EXPIRES,
        "status_list": ADDRESS,
        "status_index": INDEX,
    }
    return Constancia(**{**said, **other})  # type: ignore[arg-type]


def listed(
    purpose: Purpose = Purpose.REVOCATION,
    indexes: tuple[int, ...] = (),
    issuer: str = DID,
    issued: datetime = LISTED,
    expires: datetime = NOW + timedelta(days=7),
    size: int = SIZE,
) -> StatusList:
    return StatusList(
        list_address(ADDRESS, purpose), purpose, issuer, issued, expires, bitstring(indexes, size)
    )


CLEAR = (listed(), listed(Purpose.SUSPENSION))


def sd(signer: SigningKey = KEY, holder: SigningKey | None = None, **other: object) -> str:
    return sd_jwt.written_sd(constancia(**other), signer, SALTS, holder and holder.public)
