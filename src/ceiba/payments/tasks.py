"""What the worker does for payments: drafts the run that was asked for, sends the files of one that is released."""

from datetime import date

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import LANGUAGES, CeibaError
from ceiba.core.kernel.month import Month
from ceiba.jobs.queue import RETRY, Refused
from ceiba.payments.drafts import DRAFT_TASK, REFUSED, draft_subject
from ceiba.payments.sendings import REFUSED as NOT_SENT
from ceiba.payments.sendings import SEND_TASK
from ceiba.payments.services import run_send
from ceiba.payments.services.drafting import Wanted, draft_do


@queue.task(name=DRAFT_TASK, pass_context=True, retry=RETRY)
def draft(
    context: JobContext,
    *,
    programme: str,
    month: str,
    areas: list[str],
    bank_account: str,
    execute_on: str,
    user: int,
) -> None:
    """Draft a run in the name of the user who asked, with the rights they have now; why not, is written down."""
    actor, job = User.objects.get(pk=user), context.job.id or 0
    wanted = Wanted(programme, Month.parse(month), tuple(areas), bank_account, date.fromisoformat(execute_on))
    try:
        draft_do(job=job, wanted=wanted, actor=actor, at=timezone.now(), today=timezone.localdate())
    except CeibaError as error:
        detail = {"job": job} | {language: error.text(language) for language in LANGUAGES}
        subject = draft_subject(programme, Month.parse(month))
        event_record(actor=actor, action=REFUSED, subject=subject, detail=detail)
        raise Refused from None


@queue.task(name=SEND_TASK, pass_context=True, retry=RETRY)
def send(context: JobContext, *, run: int) -> None:
    """Write and send what is not sent of a run that four people moved on; why not, is written down."""
    try:
        run_send(run_id=run, at=timezone.now())
    except CeibaError as error:
        detail = {"job": context.job.id or 0} | {language: error.text(language) for language in LANGUAGES}
        event_record(actor=None, action=NOT_SENT, subject=f"payment_run:{run}", detail=detail)
        raise Refused from None
