"""What the worker does with banks' files: takes in one that was sent, and matches it."""

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.core.kernel.errors import CeibaError
from ceiba.funding.services import MATCH_TASK
from ceiba.jobs.queue import RETRY, Refused
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.selectors.scope import TAKE_TASK, bank_account_sent
from ceiba.reconciliation.services.files import bank_file_take
from ceiba.reconciliation.services.matching import entries_match
from ceiba.registry.uploads import Upload, upload_forget


@queue.task(name=MATCH_TASK, retry=RETRY)
def match(*, account: str) -> None:
    """Match what was said of an account again: something was recorded that its bank may have shown before."""
    found = BankAccount.objects.filter(code=account).first()
    if found is not None:
        entries_match(bank_account=found, today=timezone.localdate(), at=timezone.now(), actor=None)


@queue.task(name=TAKE_TASK, retry=RETRY)
def take(*, user: int, sheet: str, sha256: str, name: str) -> None:
    """Take in an `Upload` and match it, with the rights that its sender has now, and let go of its bytes.

    Done again, because the worker was killed in between, it finds what is done and goes on from there.
    """
    upload, actor = Upload(user, sheet, sha256, name), User.objects.get(pk=user)
    account = bank_account_sent(scope_of(actor), sheet)
    if account is None or not may(actor, Action.RECONCILE):
        raise Refused
    try:
        if upload.is_kept:
            bank_file_take(path=upload.path, name=name, bank_account=account, actor=actor, at=timezone.now())
        entries_match(bank_account=account, today=timezone.localdate(), at=timezone.now(), actor=actor)
    except CeibaError:
        raise Refused from None
    upload_forget(upload=upload)
