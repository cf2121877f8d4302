"""What released runs put into savings."""

from dataclasses import dataclass
from datetime import date, datetime

from ceiba.core.payment_run import Step
from ceiba.payments.models import RunStep


@dataclass(frozen=True, slots=True)
class RunSaved:
    """The savings of one released run."""

    run_id: int
    month: date
    currency: str
    bank_account_id: int
    saved_minor: int
    released_at: datetime


def runs_saved(programme: str) -> list[RunSaved]:
    """What each run of a programme saved when it was released, oldest first; cancelled later or not."""
    steps = (
        RunStep.objects.filter(
            step=Step.RELEASE,
            run__programme=programme,
            run__saved_minor__gt=0,
        )
        .select_related("run")
        .order_by("at", "run_id")
    )
    return [
        RunSaved(
            each.run_id,
            each.run.month,
            each.run.currency,
            each.run.bank_account_id,
            each.run.saved_minor,
            each.at,
        )
        for each in steps
    ]
