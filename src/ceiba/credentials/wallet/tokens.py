"""The token endpoint: a pre-authorised code, with the transaction code, for an access token; once."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.crypto import constant_time_compare

from ceiba.audit.services import event_record
from ceiba.credentials.models import TRIES_MAX, Offer
from ceiba.credentials.states import OfferState
from ceiba.credentials.wallet.configurations import CONFIGURATIONS
from ceiba.credentials.wallet.refusals import Refusal
from ceiba.credentials.wallet.secrets_of import digest, token_new, tx_digest

TOKEN_LASTS: Final = timedelta(minutes=10)
NO_GRANT: Final = ("invalid_grant", "the code is unknown, used or expired")


def token_give(*, code: str, tx_code: str, at: datetime) -> dict[str, Any]:
    """The token response (section 6.2). Raises Refusal: invalid_grant.

    A wrong transaction code is counted before it is answered: that must stay, so the refusal is raised only
    when the transaction is over.
    """
    token = token_new()
    refusal = _exchange(code, tx_code, token, at)
    if refusal is not None:
        raise refusal
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "scope": " ".join(CONFIGURATIONS),
    }


@transaction.atomic
def _exchange(code: str, tx_code: str, token: str, at: datetime) -> Refusal | None:
    """Take the offer, or count what was wrong: two wallets with one code follow each other."""
    offer = Offer.objects.select_for_update().filter(code_digest=digest(code)).first()
    if offer is None or offer.state == OfferState.CLOSED or at >= offer.expires_at:
        return Refusal(*NO_GRANT)
    is_right = constant_time_compare(offer.tx_digest, tx_digest(tx_code, code))
    if offer.state == OfferState.TAKEN:
        if is_right:  # RFC 6749, section 4.1.2: a code that comes twice was stolen by one of the two
            _close(offer, "code_twice")
        return Refusal(*NO_GRANT)
    if not is_right:
        _count_wrong(offer)
        return Refusal("invalid_grant", "the transaction code is wrong")
    offer.state = OfferState.TAKEN
    offer.token_digest, offer.token_expires_at = digest(token), at + TOKEN_LASTS
    offer.save(update_fields=["state", "token_digest", "token_expires_at"])
    return None


def offer_of_token(token: str, at: datetime) -> Offer:
    """The offer that an access token is of. Raises Refusal: invalid_token."""
    offer = (
        Offer.objects.select_related("credential__status_list")
        .filter(token_digest=digest(token), state=OfferState.TAKEN, token_expires_at__gt=at)
        .first()
    )
    if offer is None:
        raise Refusal("invalid_token", status=401)
    return offer


def _count_wrong(offer: Offer) -> None:
    offer.tries += 1
    if offer.tries >= TRIES_MAX:
        _close(offer, "tries")
    else:
        offer.save(update_fields=["tries"])


def _close(offer: Offer, why: str) -> None:
    offer.state = OfferState.CLOSED
    offer.save(update_fields=["state", "tries"])
    event_record(
        actor=None,
        action="credential.offer_closed",
        subject=f"credential:{offer.credential_id}",
        detail={"why": why},
    )
