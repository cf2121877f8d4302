"""What the published lists say: which places of a list are revoked, and which are suspended."""

from ceiba.credentials.models import Credential
from ceiba.credentials.states import HELD_BACK, CredentialState
from ceiba.proofs.status_list import Purpose


def places_set(status_list: int, purpose: Purpose) -> list[int]:
    """The places whose bit is set in a list of one purpose, sorted.

    One whose revocation was asked for counts as suspended.
    """
    states = [CredentialState.REVOKED] if purpose is Purpose.REVOCATION else list(HELD_BACK)
    rows = Credential.objects.filter(status_list=status_list, state__in=states)
    return sorted(rows.values_list("status_index", flat=True))
