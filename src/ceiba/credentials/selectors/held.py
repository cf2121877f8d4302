"""What is kept of a person's constancias: for whoever erases it."""

from collections.abc import Mapping

from ceiba.credentials.models import Credential, Offer, WalletCopy
from ceiba.credentials.states import CredentialState


def credentials_held(participant: int) -> Mapping[str, int]:
    """Constancias with name, birth date and card; all that were issued; offers and copies given to wallets."""
    issued = Credential.objects.filter(participant=participant)
    copies = WalletCopy.objects.filter(offer__credential__in=issued).count()
    return {
        "cards": issued.filter(erased_at=None).count(),
        "credentials": issued.count(),
        "wallets": Offer.objects.filter(credential__in=issued).count() + copies,
    }


def revocation_waits(participant: int) -> bool:
    """Whether somebody asked for one of their constancias to be revoked, and nobody has decided."""
    return Credential.objects.filter(participant=participant, state=CredentialState.ASKED).exists()
