"""What the worker does for packs: makes the one that was asked for, and removes those whose time is over."""

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import LANGUAGES, CeibaError
from ceiba.jobs.queue import RETRY, Refused
from ceiba.packs.selectors import PACK_TASK, REFUSED
from ceiba.packs.services import pack_produce, packs_expire


@queue.task(name=PACK_TASK, retry=RETRY)
def make(*, pack: int) -> None:
    """Make a pack in the name of the user who asked, with the rights they have now; why not, is written down."""
    try:
        pack_produce(pack=pack, at=timezone.now())
    except CeibaError as error:
        detail = {language: error.text(language) for language in LANGUAGES}
        event_record(actor=None, action=REFUSED, subject=f"pack:{pack}", detail=detail)
        raise Refused from None


@queue.periodic(cron="7 * * * *")
@queue.task(name="pack.expire", queueing_lock="pack.expire", lock="pack.expire", retry=RETRY)
def expire(timestamp: int) -> None:
    """Remove what is over, every hour. It cannot be fetched from the moment on at which its time is over."""
    packs_expire(at=timezone.now())
