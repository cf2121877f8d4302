"""The end of a run: every payment has its answer."""

from datetime import datetime

from django.db import transaction

from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.payment_run import PaymentState, RunState
from ceiba.payments.models import PaymentRun


@transaction.atomic
def run_close(*, run_id: int, at: datetime) -> PaymentRun:
    """Close a run that is with the bank and waits for nothing more.

    Raises CeibaError (payment_run.turn) when it is not sent, or a payment has no answer yet: silence is none.
    """
    run = PaymentRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.SENT or run.orders.filter(state=PaymentState.ORDERED).exists():
        raise CeibaError(Problem("payment_run.turn", values={"state": run.state}))
    run.state, run.closed_at = RunState.CLOSED, at
    run.save(update_fields=["state", "closed_at"])
    event_record(actor=None, action="payment_run.closed", subject=f"payment_run:{run.pk}", detail={})
    return run
