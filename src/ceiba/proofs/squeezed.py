"""Receipts and SD-JWTs in fewer signs, so that one QR holds them: `CEIBAZ1:`, then base45 of zlib (RFC 1950) of JSON.

A receipt is its own JSON. An SD-JWT is opened up before, because base64url hides from zlib what repeats in it:

    [[header, payload, signature], [disclosure, …], [header, payload, signature]]      the last one empty if unbound

each a text, the signatures as they were. It is a spelling and proves nothing: what comes out is verified as ever.
"""

import zlib
from typing import Any, Final

import base45
import segno

from ceiba.proofs.base64url import packed, read_json, unpacked, written
from ceiba.proofs.problems import refused

PREFIX: Final = "CEIBAZ1:"
LARGEST: Final = 16_384  # bytes that it may unpack to
LONGEST: Final = 2_520
"""Characters: a QR of version 30, 145 modules a side, which telephones still read from paper."""


def squeezed(text: str) -> str:
    """A receipt's JSON, or an SD-JWT, in the alphabet of a QR's alphanumeric mode. It may be too long for one."""
    plain = text.encode() if text.lstrip().startswith("{") else written(_opened_up(text))
    return PREFIX + str(base45.b45encode(zlib.compress(plain, 9)), "ascii")


def drawn(words: str) -> segno.QRCode | None:
    """Its QR; None where it would be finer than telephones read."""
    return segno.make_qr(words, mode="alphanumeric", error="l") if len(words) <= LONGEST else None


def unsqueezed(proof: bytes | str) -> bytes | str:
    """What `squeezed` was given; anything else as it is.

    Raises CeibaError (proof.damaged, proof.too_large).
    """
    words = _words(proof)
    if not words.startswith(PREFIX):
        return proof
    if len(words) > LARGEST:
        raise refused("proof.too_large", size=len(words), most=LARGEST)
    try:
        data = _inflated(base45.b45decode(words.removeprefix(PREFIX)))
    except (ValueError, zlib.error) as error:
        raise refused("proof.damaged", what="zlib") from error
    return data if data[:1] == b"{" else _sd_jwt(read_json(data))


def _words(proof: bytes | str) -> str:
    return (proof if isinstance(proof, str) else proof.decode("latin-1")).strip("\r\n")


def _inflated(data: bytes) -> bytes:
    reader = zlib.decompressobj()
    plain = reader.decompress(data, LARGEST + 1)
    if len(plain) > LARGEST:
        raise refused("proof.too_large", size=len(plain), most=LARGEST)
    if not reader.eof or reader.unused_data:
        raise ValueError("cut, or more after it")
    return plain


def _opened_up(sd_jwt: str) -> list[list[str]]:
    token, *disclosures, binding = sd_jwt.split("~")
    return [_jws(token), [unpacked(each).decode() for each in disclosures], _jws(binding) if binding else []]


def _jws(token: str) -> list[str]:
    header, payload, signature = token.split(".")
    return [unpacked(header).decode(), unpacked(payload).decode(), signature]


def _sd_jwt(parts: Any) -> str:
    """Raises CeibaError (proof.damaged)."""
    try:
        token, disclosures, binding = (_texts(each) for each in _list(parts))
        shown = [packed(each.encode()) for each in disclosures]
        return "~".join([_token(*token), *shown, _token(*binding) if binding else ""])
    except (TypeError, ValueError) as error:
        raise refused("proof.damaged", what="SD-JWT") from error


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise TypeError(raw)
    return raw


def _texts(raw: Any) -> list[str]:
    if not all(isinstance(each, str) for each in _list(raw)):
        raise TypeError(raw)
    return raw  # type: ignore[no-any-return]


def _token(header: str, payload: str, signature: str) -> str:
    return ".".join([packed(header.encode()), packed(payload.encode()), signature])
