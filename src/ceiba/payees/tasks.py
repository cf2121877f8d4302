"""What the worker does for payees: takes in a file of accounts, decides on a large one."""

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.core.kernel.errors import CeibaError
from ceiba.jobs.queue import RETRY, Refused
from ceiba.payees.models import PayeeImport
from ceiba.payees.selectors import import_made, waiting_of
from ceiba.payees.services import accounts_confirm, accounts_import, accounts_refuse
from ceiba.payees.uploads import DECIDE_TASK, IMPORT_TASK
from ceiba.registry.uploads import Upload, upload_forget


@queue.task(name=IMPORT_TASK, retry=RETRY)
def take_in(*, user: int, sheet: str, sha256: str, name: str) -> None:
    """Take in an `Upload`, in the name and with the areas that its sender has now, and let go of its bytes.

    Done again, because the worker was killed in between, it finds the import made and only lets go.
    """
    upload = Upload(user, sheet, sha256, name)
    if import_made(sha256) is None:
        try:
            accounts_import(path=upload.path, name=name, now=timezone.now(), actor=User.objects.get(pk=user))
        except CeibaError:
            raise Refused from None
    upload_forget(upload=upload)


@queue.task(name=DECIDE_TASK, retry=RETRY)
def decide(*, user: int, file: int, decision: str, why: str) -> None:
    """Confirm or refuse what waits of a file, in the name of the user who asked, with the rights they have now.

    Done again, because the worker was killed in between, it finds nothing that waits.
    """
    actor, now = User.objects.get(pk=user), timezone.now()
    if not may(actor, Action.CONFIRM_PAYEE):
        raise Refused
    waiting = waiting_of(PayeeImport.objects.get(pk=file), scope_of(actor))
    accounts = list(waiting.values_list("pk", flat=True))
    try:
        if decision == "confirm":
            accounts_confirm(accounts=accounts, actor=actor, now=now)
        else:
            accounts_refuse(accounts=accounts, actor=actor, now=now, why=why)
    except CeibaError:
        raise Refused from None
