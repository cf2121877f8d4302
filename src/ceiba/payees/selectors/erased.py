"""Where a person is or was paid: for whoever erases it."""

from ceiba.core.payees import AccountState
from ceiba.payees.models import PayeeAccount


def accounts_held(participant: int) -> int:
    """How many accounts of a person there are whose number was not erased."""
    return PayeeAccount.objects.filter(participant=participant).exclude(number_cipher=b"").count()


def account_waits(participant: int) -> bool:
    """Whether an account was proposed that nobody has decided on."""
    return PayeeAccount.objects.filter(participant=participant, state=AccountState.PROPOSED).exists()
