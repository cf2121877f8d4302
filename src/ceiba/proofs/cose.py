"""COSE_Sign1 (RFC 9052), of which this reads one spelling: deterministic CBOR, everything in the protected header."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2

from ceiba.proofs.keys import PublicKey, Signer
from ceiba.proofs.problems import refused

SIGN1: Final = 18  # the CBOR tag
ALG, CRIT, CONTENT_TYPE, KID, TYP = 1, 2, 3, 4, 16  # RFC 9052, RFC 9596
ALGORITHMS: Final = {-7: "ES256", -8: "EdDSA"}


@dataclass(frozen=True, slots=True)
class Sign1:
    """What was signed: `header` is the protected one, `kid` its key's name there."""

    header: Mapping[int, Any]
    kid: bytes
    payload: bytes


def signed(signer: Signer, kid: bytes, payload: bytes, header: Mapping[int, Any] | None = None) -> bytes:
    """A tagged COSE_Sign1 of `payload`; algorithm and kid go to the protected header."""
    protected = cbor2.dumps({ALG: signer.public.cose_algorithm, KID: kid, **(header or {})}, canonical=True)
    return cbor2.dumps(
        cbor2.CBORTag(SIGN1, [protected, {}, payload, signer.sign(to_be_signed(protected, payload))])
    )


def opened(data: bytes, find: Callable[[bytes], PublicKey], header: Mapping[int, Any] | None = None) -> Sign1:
    """Verify and open; `header` is what the protected header must say besides algorithm and kid.

    Raises CeibaError (proof.damaged, not_canonical, type, unprotected, critical, header, algorithm, key_name,
    signature) and what `find` raises for a key that it does not know.
    """
    protected, payload, signature = _parts(data)
    said = _header(protected, header or {})
    key = find(said[KID])
    if key.cose_algorithm != said[ALG]:
        raise refused("proof.algorithm", found=ALGORITHMS[said[ALG]])
    if not key.verifies(signature, to_be_signed(protected, payload)):
        raise refused("proof.signature")
    return Sign1(said, said[KID], payload)


def read(data: bytes) -> Any:
    """A CBOR value. Raises CeibaError (proof.damaged, proof.not_canonical): only its deterministic encoding is read.

    So longer lengths, indefinite lengths, keys that come twice or out of order, and trailing bytes are all refused.
    """
    try:
        value = cbor2.loads(data)
        again = cbor2.dumps(value, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, ArithmeticError) as error:
        raise refused("proof.damaged", what="CBOR") from error
    if again != data:
        raise refused("proof.not_canonical", what="CBOR")
    return value


def _parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Protected header, payload and signature."""
    value = read(data)
    if not isinstance(value, cbor2.CBORTag) or value.tag != SIGN1:
        raise refused("proof.type", found=f"CBOR {value.tag}" if isinstance(value, cbor2.CBORTag) else "CBOR")
    match value.value:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            if unprotected:
                raise refused("proof.unprotected")
            return protected, payload, signature
        case _:
            raise refused("proof.damaged", what="COSE_Sign1")


def _header(protected: bytes, expected: Mapping[int, Any]) -> dict[int, Any]:
    said = _labelled(read(protected) if protected else {})
    if CRIT in said:
        raise refused("proof.critical", what=str(said[CRIT])[:40])
    if type(said.get(ALG)) is not int or said[ALG] not in ALGORITHMS:
        raise refused("proof.algorithm", found=str(said.get(ALG))[:40])
    if not isinstance(said.get(KID), bytes):
        raise refused("proof.key_name")
    for name, must in expected.items():
        if said.get(name) != must:
            raise refused("proof.type", found=str(said.get(name))[:40])
    if extra := [name for name in said if name not in {ALG, KID, *expected}]:
        raise refused("proof.header", what=str(extra[0])[:40])
    return said


def _labelled(said: Any) -> dict[int, Any]:
    """A map under whole numbers: in Python's, true and 1.0 would be found as 1."""
    if not isinstance(said, dict):
        raise refused("proof.damaged", what="COSE_Sign1")
    if odd := [name for name in said if type(name) is not int]:
        raise refused("proof.header", what=str(odd[0])[:40])
    return said


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, section 4.4."""
    return cbor2.dumps(["Signature1", protected, b"", payload])
