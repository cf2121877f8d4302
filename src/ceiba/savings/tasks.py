"""What the worker does for savings: writes and sends the file of a move."""

from datetime import date

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app as queue

from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import LANGUAGES, CeibaError
from ceiba.jobs.queue import RETRY, Refused
from ceiba.savings.services.sending import NOT_SENT, SEND_TASK, move_send


@queue.task(name=SEND_TASK, pass_context=True, retry=RETRY)
def send(context: JobContext, *, move: int, execute_on: str) -> None:
    """Write and send what is not sent of a move that two people ordered; why not, is written down."""
    try:
        move_send(move_id=move, execute_on=date.fromisoformat(execute_on), at=timezone.now())
    except CeibaError as error:
        detail = {"job": context.job.id or 0} | {language: error.text(language) for language in LANGUAGES}
        event_record(actor=None, action=NOT_SENT, subject=f"savings_move:{move}", detail=detail)
        raise Refused from None
