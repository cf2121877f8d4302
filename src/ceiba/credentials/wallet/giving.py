"""The credential endpoint: copies of a constancia, each bound to a key that the wallet proved to hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.formats import sd_jwt_of, vc_of
from ceiba.credentials.models import Credential, Offer, WalletCopy
from ceiba.credentials.signing import issuer_url, signer
from ceiba.credentials.states import OfferState
from ceiba.credentials.wallet.configurations import BATCH, CONFIGURATIONS, Configuration
from ceiba.credentials.wallet.offering import holds
from ceiba.credentials.wallet.refusals import UNAUTHORIZED, Refusal
from ceiba.credentials.wallet.secrets_of import digest, nonce_holds
from ceiba.proofs.key_proof import KeyProof, proved
from ceiba.proofs.keys import Kind, Signer

COPIES_MOST: Final = 3 * BATCH
"""Copies that one offer gives at most: enough for each format, and for a wallet that asks again after a failure."""
KINDS: Final = (Kind.P256, Kind.ED25519)
"""What wallets' copies are signed with, where there are keys of both: every wallet reads P-256."""


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """What a wallet asks for; no proofs where the configuration binds to no key."""

    configuration: Configuration
    proofs: tuple[str, ...]


def request_read(body: Mapping[str, Any]) -> CredentialRequest:
    """A Credential Request (section 8.2). Raises Refusal: invalid_credential_request and its more exact kin."""
    if "credential_identifier" in body:
        raise Refusal("unknown_credential_identifier", "the token response named none")
    if "credential_response_encryption" in body:
        raise Refusal("invalid_encryption_parameters", "encrypted responses are not offered")
    asked = body.get("credential_configuration_id")
    if not isinstance(asked, str):
        raise Refusal("invalid_credential_request", "credential_configuration_id is missing")
    if asked not in CONFIGURATIONS:
        raise Refusal("unknown_credential_configuration")
    configuration = CONFIGURATIONS[asked]
    if not configuration.bound:
        return CredentialRequest(configuration, ())
    return CredentialRequest(configuration, _proofs(body.get("proofs")))


def _proofs(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, dict):
        raise Refusal("invalid_proof", "proofs are missing")
    found = raw.get("jwt")
    if set(raw) != {"jwt"} or not isinstance(found, list) or not found:
        raise Refusal("invalid_proof", "one proof type is taken: jwt")
    if len(found) > BATCH:
        raise Refusal("invalid_proof", f"at most {BATCH} proofs")
    if not all(isinstance(each, str) for each in found):
        raise Refusal("invalid_proof", "a proof is a JWT")
    return tuple(found)


def credentials_give(*, offer: Offer, body: Mapping[str, Any], at: datetime) -> list[str]:
    """The copies asked for, in the order of their proofs. Raises Refusal; CeibaError where nothing can be signed."""
    wanted = request_read(body)
    keys = _proved(wanted.proofs, at)
    signing = signer(at, kinds=KINDS)
    with transaction.atomic():
        credential = _still_holds(offer, at)
        _write_down(offer, wanted.configuration, keys, signing, at)
        return _written(credential, keys, signing, at)


def _proved(proofs: tuple[str, ...], at: datetime) -> list[KeyProof]:
    """The keys that were proved to be held, each once. Raises Refusal: invalid_proof, invalid_nonce."""
    audience = issuer_url()
    try:
        found = [proved(proof, audience, at) for proof in proofs]
    except CeibaError as error:
        what = error.problems[0].values.get("what")
        raise Refusal("invalid_proof", f"does not hold: {what}") from error
    if not all(nonce_holds(proof.nonce) for proof in found):
        raise Refusal("invalid_nonce")
    if len({proof.key.thumbprint for proof in found}) != len(found):
        raise Refusal("invalid_proof", "a key twice")
    return found


def _still_holds(offer: Offer, at: datetime) -> Credential:
    """The constancia, which may have been suspended since. Raises Refusal: credential_request_denied."""
    credential = Credential.objects.select_related("status_list").get(pk=offer.credential_id)
    if not holds(credential, at):
        raise Refusal("credential_request_denied", "it does not hold any more")
    return credential


def _write_down(
    offer: Offer, configuration: Configuration, keys: list[KeyProof], signing: Signer, at: datetime
) -> None:
    """What is given, before it is. Raises Refusal: too many, or a proof that was taken before."""
    taken = Offer.objects.select_for_update().filter(pk=offer.pk, state=OfferState.TAKEN).first()
    if taken is None:  # its code came a second time since the token was looked at
        raise Refusal("invalid_token", status=UNAUTHORIZED)
    unbound: list[KeyProof | None] = [None]
    rows = [
        WalletCopy(
            offer=offer,
            configuration=configuration.id,
            holder=proof.key.thumbprint if proof else "",
            nonce_digest=digest(proof.nonce) if proof else "",
            key_id=signing.public.thumbprint,
            given_at=at,
        )
        for proof in keys or unbound
    ]
    if offer.copies.count() + len(rows) > COPIES_MOST:
        raise Refusal("credential_request_denied", "this offer has given all its copies")
    try:
        with transaction.atomic():
            WalletCopy.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Refusal("invalid_nonce", "this proof was taken before") from error


def _written(credential: Credential, keys: list[KeyProof], signing: Signer, at: datetime) -> list[str]:
    if not keys:
        return [vc_of(credential, signing, at)]
    return [sd_jwt_of(credential, signing, at, proof.key) for proof in keys]
