"""Erases what is kept of the person of every constancia they were issued; it holds or does not, as before."""

from datetime import datetime

from ceiba.accounts.models import User
from ceiba.credentials.models import Credential, Offer
from ceiba.credentials.services.changing import credential_erase
from ceiba.credentials.states import OfferState


def credentials_erase(*, participant: int, actor: User, at: datetime) -> None:
    """Erase name, birth date and card of each, and end what is offered to a wallet. In the caller's transaction."""
    issued = Credential.objects.filter(participant=participant)
    Offer.objects.filter(credential__in=issued, state=OfferState.OPEN).update(state=OfferState.CLOSED)
    for each in issued.filter(erased_at=None).order_by("issued_at"):
        credential_erase(credential=each.pk, actor=actor, at=at)
