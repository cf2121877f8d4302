"""Offering a constancia to a wallet: its reference and transaction code, and what the wallet fetches by the first."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.db import transaction
from django.urls import reverse

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.credentials.models import Credential, Offer
from ceiba.credentials.signing import issuer_url
from ceiba.credentials.states import CredentialState, OfferState
from ceiba.credentials.wallet.configurations import CONFIGURATIONS, GRANT
from ceiba.credentials.wallet.secrets_of import (
    TX_DIGITS,
    code_of,
    digest,
    reference_new,
    tx_code_new,
    tx_digest,
)

LASTS: Final = timedelta(minutes=15)
SCHEME: Final = "openid-credential-offer://"
register_messages(
    {
        "offer.not_valid": {
            "es": "Esta constancia no está vigente: no puede ponerse en una billetera.",
            "en": "This constancia does not hold now: it cannot be put into a wallet.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Made:
    """A new offer, whose secrets are known to nobody after this."""

    offer: Offer
    reference: str
    tx_code: str


@transaction.atomic
def offer_make(*, credential: Credential, by: User, at: datetime) -> Made:
    """Offer a valid constancia; an open offer of it is closed. Raises CeibaError (offer.not_valid)."""
    locked = Credential.objects.select_for_update().get(pk=credential.pk)
    if not holds(locked, at):
        raise CeibaError(Problem("offer.not_valid"))
    Offer.objects.filter(credential=locked, state=OfferState.OPEN).update(state=OfferState.CLOSED)
    reference, tx_code = reference_new(), tx_code_new()
    code = code_of(reference)
    offer = Offer.objects.create(
        credential=locked,
        reference_digest=digest(reference),
        code_digest=digest(code),
        tx_digest=tx_digest(tx_code, code),
        asked_by=by,
        asked_at=at,
        expires_at=at + LASTS,
    )
    event_record(actor=by, action="credential.offered", subject=f"credential:{locked.pk}")
    return Made(offer, reference, tx_code)


def holds(credential: Credential, at: datetime) -> bool:
    """Whether it can be given to a wallet: valid, in its time, not erased."""
    is_whole = credential.subject_cipher is not None
    return credential.state == CredentialState.VALID and at < credential.expires_at and is_whole


def offer_of(reference: str, at: datetime) -> Offer | None:
    """The open offer of a reference, in its time."""
    return Offer.objects.filter(
        reference_digest=digest(reference), state=OfferState.OPEN, expires_at__gt=at
    ).first()


def offer_object(reference: str, description: str) -> dict[str, Any]:
    """The Credential Offer (section 4.1.1). `description` tells the person where the transaction code is."""
    tx_code = {"input_mode": "numeric", "length": TX_DIGITS, "description": description}
    return {
        "credential_issuer": issuer_url(),
        "credential_configuration_ids": list(CONFIGURATIONS),
        "grants": {GRANT: {"pre-authorized_code": code_of(reference), "tx_code": tx_code}},
    }


def link_by_reference(reference: str) -> str:
    """What the QR code holds (section 4.1.3)."""
    address = issuer_url() + reverse("wallet:offer", args=[reference])
    return f"{SCHEME}?{urlencode({'credential_offer_uri': address})}"


def link_by_value(reference: str, description: str) -> str:
    """The whole offer in a link (section 4.1.2): for a wallet on the same phone, which has nothing to fetch then."""
    offer = json.dumps(offer_object(reference, description), separators=(",", ":"))
    return f"{SCHEME}?credential_offer={quote(offer, safe='')}"
