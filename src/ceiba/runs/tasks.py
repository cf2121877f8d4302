"""What the worker does for the months: decides the one that was asked for."""

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import LANGUAGES, CeibaError
from ceiba.core.kernel.month import Month
from ceiba.jobs.queue import RETRY, Refused
from ceiba.runs.selectors import MONTH_REFUSED, MONTH_TASK
from ceiba.runs.services import month_run


@queue.task(name=MONTH_TASK, pass_context=True, retry=RETRY)
def month(context: JobContext, *, programme: str, month: str, user: int) -> None:
    """Decide a month in the name of the user who asked, with the rights they have now; why not, is written down."""
    actor = User.objects.get(pk=user)
    try:
        month_run(
            programme=programme, month=Month.parse(month), now=timezone.now(), actor=actor, patient=True
        )
    except CeibaError as error:
        detail = {"job": context.job.id} | {language: error.text(language) for language in LANGUAGES}
        event_record(actor=actor, action=MONTH_REFUSED, subject=f"{programme} {month}", detail=detail)
        raise Refused from None
