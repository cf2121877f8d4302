"""W3C Bitstring Status List 1.0: which constancias are revoked or suspended, a bit each, static and cacheable.

A constancia has the same index in two lists, `<address>/revocation` and `<address>/suspension`. Each list is a
credential of its own, signed as `vc+jwt`, with a time after which it may not be relied on.
"""

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import jose
from ceiba.proofs.base64url import packed, unpacked
from ceiba.proofs.claims import text, write_moment, written_moment
from ceiba.proofs.keys import Signer, key_name
from ceiba.proofs.problems import refused
from ceiba.proofs.trust import Trust

LEAST: Final = 131_072  # entries: the 16 KB that the W3C asks for, so that an index hides in a crowd
MOST_BYTES: Final = 4_000_000  # what a list may unpack to
TYPE: Final = "vc+jwt"
TYPES: Final = ["VerifiableCredential", "BitstringStatusListCredential"]


class Purpose(StrEnum):
    """What a set bit means: revoked for good, or suspended for now."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class StatusList:
    """One list: `bits` with index 0 leftmost, as of `issued`, to be relied on before `expires`."""

    address: str
    purpose: Purpose
    issuer: str
    issued: datetime
    expires: datetime
    bits: bytes

    def is_set(self, index: int) -> bool:
        """Whether the entry at `index` is revoked or suspended. Raises CeibaError (status.index)."""
        if not 0 <= index < len(self.bits) * 8:
            raise refused("status.index", index=index, size=len(self.bits) * 8)
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)


def list_address(address: str, purpose: Purpose) -> str:
    """Where the list of one purpose is published."""
    return f"{address}/{purpose}"


def bitstring(indexes: Iterable[int], size: int) -> bytes:
    """Bits of `size` entries, at least `LEAST`, with those of `indexes` set. Raises CeibaError (status.index)."""
    bits = bytearray((max(size, LEAST) + 7) // 8)
    for index in indexes:
        if not 0 <= index < size:
            raise refused("status.index", index=index, size=size)
        bits[index // 8] |= 128 >> index % 8
    return bytes(bits)


def encoded(bits: bytes) -> str:
    """Multibase base64url of the bits in gzip, the same for the same bits."""
    return "u" + packed(gzip.compress(bits, mtime=0))


def decoded(text_: str) -> bytes:
    """The bits. Raises CeibaError (status.list) for other encodings, trailing bytes, and what unpacks without end."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        bits = inflater.decompress(unpacked(text_.removeprefix("u")), MOST_BYTES)
    except (zlib.error, CeibaError) as error:
        raise refused("status.list", what="encodedList") from error
    if not text_.startswith("u") or not inflater.eof or inflater.unused_data or len(bits) * 8 < LEAST:
        raise refused("status.list", what="encodedList")
    return bits


def signed(status: StatusList, signer: Signer) -> str:
    """The list as its issuer publishes it at its address."""
    payload = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": status.address,
        "type": TYPES,
        "issuer": status.issuer,
        "validFrom": write_moment(status.issued),
        "validUntil": write_moment(status.expires),
        "credentialSubject": {
            "id": f"{status.address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": status.purpose,
            "encodedList": encoded(status.bits),
        },
    }
    return jose.signed(signer, TYPE, payload, kid=key_name(status.issuer, signer.public), cty="vc")


def opened(token: str, trust: Trust) -> StatusList:
    """Verify a published list; whether it is in time, and of the right issuer, is asked when it is used.

    Raises CeibaError (proof.* as `jose.opened`, proof.issuer_other, proof.key_period, status.list).
    """
    payload, kid = jose.opened(token, TYPE, lambda name: trust.held(name).key, cty="vc")
    held = trust.held(kid)
    status = _of(payload)
    if status.issuer != held.issuer.did:
        raise refused("proof.issuer_other", issuer=status.issuer[:80])
    if not held.key.in_use(status.issued):
        raise refused("proof.key_period", issued=status.issued)
    return status


def _of(payload: dict[str, Any]) -> StatusList:
    subject = payload.get("credentialSubject")
    if payload.get("type") != TYPES or not isinstance(subject, dict):
        raise refused("status.list", what="type")
    if subject.get("type") != "BitstringStatusList":
        raise refused("status.list", what="type")
    try:
        return StatusList(
            address=text(payload["id"]),
            purpose=Purpose(subject["statusPurpose"]),
            issuer=text(payload["issuer"]),
            issued=written_moment(payload["validFrom"]),
            expires=written_moment(payload["validUntil"]),
            bits=decoded(subject["encodedList"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused("status.list", what=type(error).__name__) from error
