"""Asks for a released run's files to be written and sent by the worker."""

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.jobs.queue import Deferred, job_defer
from ceiba.payments.models import PaymentRun
from ceiba.payments.selectors.runs import covers
from ceiba.payments.sendings import SEND_TASK, is_unsent, send_key

register_messages(
    {
        "payment_files.may_not": {
            "es": "Los archivos de una corrida los envía la tesorería que abarca todas sus áreas.",
            "en": "A run’s files are sent by the treasury that covers all of its areas.",
        },
        "payment_files.all_sent": {
            "es": "No queda nada por enviar de esta corrida.",
            "en": "Nothing of this run is left to be sent.",
        },
    }
)


def send_defer(*, run_id: int) -> Deferred:
    """Put the sending of a run in the queue, in the caller's transaction: with the release, or not at all."""
    key = send_key(run_id)
    return job_defer(task=SEND_TASK, key=key, lock=key, arguments={"run": run_id})


@transaction.atomic
def send_ask(*, run_id: int, actor: User) -> Deferred:
    """Have what is not sent of a run sent, in the name of `actor`; asked twice, it is done once.

    Raises CeibaError (payment_files.*) when they may not, or nothing is left to be sent.
    """
    run = PaymentRun.objects.select_for_update().get(pk=run_id)
    if not may(actor, Action.RELEASE_RUN) or not covers(actor, run):
        raise CeibaError(Problem("payment_files.may_not"))
    if not is_unsent(run):
        raise CeibaError(Problem("payment_files.all_sent"))
    asked = send_defer(run_id=run.pk)
    if asked.is_new:
        event_record(
            actor=actor,
            action="payment_files.asked",
            subject=f"payment_run:{run.pk}",
            detail={"job": asked.job},
        )
    return asked
