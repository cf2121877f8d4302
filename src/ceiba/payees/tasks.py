"""What the worker does for payees: takes in a file of accounts."""

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.core.kernel.errors import CeibaError
from ceiba.jobs.queue import RETRY, Refused
from ceiba.payees.selectors import import_made
from ceiba.payees.services import accounts_import
from ceiba.payees.sheet import IMPORT_TASK
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
