"""What the worker does for the register: takes in a file that was sent."""

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.core.kernel.errors import CeibaError
from ceiba.jobs.queue import RETRY, Refused
from ceiba.registry.selectors import import_made
from ceiba.registry.services import import_apply
from ceiba.registry.uploads import IMPORT_TASK, Upload, upload_forget


@queue.task(name=IMPORT_TASK, retry=RETRY)
def take_in(*, user: int, sheet: str, sha256: str, name: str) -> None:
    """Take in an `Upload`, in the name and with the areas that its sender has now, and let go of its bytes.

    Done again, because the worker was killed in between, it finds the import made and only lets go.
    """
    upload = Upload(user, sheet, sha256, name)
    if import_made(sheet, sha256) is None:
        actor, today = User.objects.get(pk=user), timezone.localdate()
        try:
            import_apply(sheet=sheet, path=upload.path, name=name, today=today, actor=actor)
        except CeibaError:
            raise Refused from None
    upload_forget(upload=upload)
