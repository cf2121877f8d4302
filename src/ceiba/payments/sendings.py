"""The job that sends a run's files: how it is named, how it stands, and what of a run is not sent yet."""

from dataclasses import dataclass
from typing import Final

from ceiba.audit.models import Event
from ceiba.core.payment_run import RunState
from ceiba.core.rules.rulebook import Text
from ceiba.jobs.state import JobState, Stage, last_job
from ceiba.payments.models import PaymentRun

SEND_TASK: Final = "payment_run.send"
REFUSED: Final = "payment_files.refused"  # an event; its detail says which job, and why, in every language


@dataclass(frozen=True, slots=True)
class Sending:
    """How the sending of a run that was asked for last stands: its job, and why it was refused."""

    job: JobState
    refusal: Text | None


def send_key(run: int) -> str:
    """The key of the job that sends a run's files: one at a time."""
    return f"payment files {run}"


def sending_of(run: PaymentRun) -> Sending | None:
    """How the sending of a run stands; None where none was asked for."""
    job = last_job(send_key(run.pk))
    if job is None:
        return None
    refused = job.stage == Stage.REFUSED
    return Sending(job, _refusal(run, job.id) if refused else None)


def is_unsent(run: PaymentRun) -> bool:
    """Whether a released run has anything left to send: it is not the bank's yet, or a file of it is not."""
    if run.state == RunState.RELEASED:
        return True
    return run.state == RunState.SENT and run.files.filter(sent_at__isnull=True).exists()


def _refusal(run: PaymentRun, job: int) -> Text | None:
    events = Event.objects.filter(subject=f"payment_run:{run.pk}", action=REFUSED, detail__job=job)
    return events.values_list("detail", flat=True).first()
