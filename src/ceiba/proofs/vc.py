"""The constancia as a W3C Verifiable Credential 2.0, secured with JOSE (`vc+jwt`) or COSE (`vc+cose`).

The payload is the credential itself, as W3C "Securing Verifiable Credentials using JOSE and COSE" has it: no `vc`
claim, no registered claims beside it. Its status is a pair of entries of the W3C Bitstring Status List.
"""

from typing import Any, Final

from ceiba.proofs import cose, jose
from ceiba.proofs.base64url import read_object, written
from ceiba.proofs.claims import (
    FIELDS,
    NO_RIGHT,
    Claimed,
    Constancia,
    count,
    json_subject,
    only,
    text,
    value,
    write_moment,
    written_moment,
)
from ceiba.proofs.keys import Signer, key_name
from ceiba.proofs.problems import refused
from ceiba.proofs.status_list import Purpose, list_address
from ceiba.proofs.trust import Held, Trust

CONTEXT: Final = ["https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:ceiba:terms:"}]
TYPES: Final = ["VerifiableCredential", "Constancia"]
JOSE_TYPE: Final = "vc+jwt"
COSE_HEADER: Final = {cose.CONTENT_TYPE: "application/vc", cose.TYP: "application/vc+cose"}
TERMS: Final = {
    "name": "name",
    "birth_date": "birthDate",
    "programme": "programme",
    "months_accepted": "monthsAccepted",
    "first_month": "firstMonth",
    "last_month": "lastMonth",
}
MEMBERS: Final = frozenset(
    {
        "@context", "id", "type", "issuer", "validFrom", "validUntil",
        "description", "credentialSubject", "credentialStatus",
    }
)  # fmt: skip


def credential(constancia: Constancia) -> dict[str, Any]:
    """The credential, unsecured."""
    said = json_subject(constancia)
    return {
        "@context": CONTEXT,
        "id": constancia.id.urn,
        "type": TYPES,
        "issuer": constancia.issuer,
        "validFrom": write_moment(constancia.issued),
        "validUntil": write_moment(constancia.expires),
        "description": [{"@value": words, "@language": language} for language, words in NO_RIGHT.items()],
        "credentialSubject": {TERMS[field]: found for field, found in said.items()},
        "credentialStatus": [_entry(constancia.status_list, constancia.status_index, p) for p in Purpose],
    }


def written_jose(constancia: Constancia, signer: Signer) -> str:
    """The credential as `vc+jwt`."""
    kid = key_name(constancia.issuer, signer.public)
    return jose.signed(signer, JOSE_TYPE, credential(constancia), kid=kid, cty="vc")


def written_cose(constancia: Constancia, signer: Signer) -> bytes:
    """The credential as `vc+cose`."""
    kid = key_name(constancia.issuer, signer.public).encode()
    return cose.signed(signer, kid, written(credential(constancia)), COSE_HEADER)


def opened_jose(token: str, trust: Trust) -> tuple[Claimed, Held]:
    """Verify the signature of a `vc+jwt` and read it. Raises CeibaError (proof.*)."""
    payload, kid = jose.opened(token, JOSE_TYPE, lambda name: trust.held(name).key, cty="vc")
    return claimed(payload), trust.held(kid)


def opened_cose(data: bytes, trust: Trust) -> tuple[Claimed, Held]:
    """Verify the signature of a `vc+cose` and read it. Raises CeibaError (proof.*)."""
    sign1 = cose.opened(data, lambda kid: trust.held(_name(kid)).key, COSE_HEADER)
    return claimed(read_object(sign1.payload)), trust.held(_name(sign1.kid))


def claimed(payload: dict[str, Any]) -> Claimed:
    """What a credential claims. Raises CeibaError (proof.type, proof.claim, proof.extra)."""
    if payload.get("type") != TYPES or payload.get("@context") != CONTEXT:
        raise refused("proof.type", found=str(payload.get("type"))[:60])
    only(payload, MEMBERS)
    subject = payload.get("credentialSubject")
    if not isinstance(subject, dict):
        raise refused("proof.claim", claim="credentialSubject")
    only(subject, frozenset(TERMS.values()))
    address, index = _status(payload.get("credentialStatus"))
    return Claimed(
        subject={field: value(field, read, subject.get(TERMS[field])) for field, read in FIELDS.items()},
        issuer=value("issuer", text, payload.get("issuer")),
        issued=value("issued", written_moment, payload.get("validFrom")),
        expires=value("expires", written_moment, payload.get("validUntil")),
        status_list=address,
        status_index=index,
    )


def _entry(address: str, index: int, purpose: Purpose) -> dict[str, str]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_address(address, purpose),
    }


def _status(raw: object) -> tuple[str, int]:
    """Address and index, of entries exactly as `credential` writes them: nobody would look at a third list."""
    try:
        first = raw[0]  # type: ignore[index]
        address = text(first["statusListCredential"]).removesuffix(f"/{Purpose.REVOCATION}")
        index = count(int(first["statusListIndex"]))
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise refused("proof.claim", claim="credentialStatus") from error
    if raw != [_entry(address, index, purpose) for purpose in Purpose]:
        raise refused("proof.claim", claim="credentialStatus")
    return address, index


def _name(kid: bytes) -> str:
    return kid.decode(errors="replace")
