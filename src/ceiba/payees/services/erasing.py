"""Erases where a person was paid. That there was an account, since when and until when stays: payments name it."""

from datetime import datetime

from ceiba.accounts.models import User
from ceiba.core.payees import TRANSITIONS, AccountState
from ceiba.payees.models import PayeeAccount, PayeeChange
from ceiba.payees.services.ending import account_close
from ceiba.registry.erasable import NOTHING_SAID


def accounts_erase(*, participant: int, by: User, at: datetime) -> None:
    """Close what is in use, then erase numbers, holders, papers and words. In the caller's transaction.

    The database refuses it unless the person is erased.
    """
    accounts = PayeeAccount.objects.filter(participant=participant)
    for account in list(accounts):
        may_close = AccountState.CLOSED in TRANSITIONS[AccountState(account.state)]
        if may_close and account.standing(at.date()) != "over":
            account_close(account=account.pk, actor=by, now=at, why=NOTHING_SAID)
    accounts.update(
        bank="", number_cipher=b"", number_hash=None, tail="", holder="", document="", why=NOTHING_SAID
    )
    PayeeChange.objects.filter(account__in=accounts).update(why=NOTHING_SAID)
