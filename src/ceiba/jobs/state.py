"""How a job stands, as the queue's tables tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker

OPEN: Final = ("todo", "doing")
PATIENCE: Final = timedelta(seconds=20)
SILENCE: Final = timedelta(seconds=30)  # three heartbeats of a worker


class Stage(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


_STAGES: Final = {
    "todo": Stage.WAITING,
    "doing": Stage.WORKING,
    "succeeded": Stage.DONE,
    "aborted": Stage.REFUSED,
}


@dataclass(frozen=True, slots=True)
class JobState:
    """A job: its number, its arguments, where it is, and whether nobody is there to work it."""

    id: int
    arguments: Mapping[str, Any]
    stage: Stage
    unattended: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits or is at work."""
        return self.stage in (Stage.WAITING, Stage.WORKING)

    @property
    def seen(self) -> str:
        """What a page that shows this has shown: it is not sent again while nothing changed."""
        return f"{self.id} {self.stage}{' unattended' if self.unattended else ''}"


def open_job(key: str) -> JobState | None:
    """The job of this key that waits or is at work."""
    return _newest(ProcrastinateJob.objects.filter(queueing_lock=key, status__in=OPEN))


def last_job(key: str) -> JobState | None:
    """The job of this key that was asked for last, however it ended."""
    return _newest(ProcrastinateJob.objects.filter(queueing_lock=key))


def job_of(task: str, number: int, **arguments: object) -> JobState | None:
    """The job of this number, if it is of the task and has these arguments."""
    return _newest(ProcrastinateJob.objects.filter(pk=number, task_name=task, args__contains=arguments))


def jobs_of(task: str, most: int, **arguments: object) -> list[JobState]:
    """The newest jobs of a task that have these arguments, at most so many, the newest first."""
    jobs = ProcrastinateJob.objects.filter(task_name=task, args__contains=arguments)
    return [_state(job) for job in jobs.order_by("-pk")[:most]]


def open_jobs_under(lock: str) -> list[JobState]:
    """The jobs of any task under a lock that wait or are at work."""
    return [_state(job) for job in ProcrastinateJob.objects.filter(lock=lock, status__in=OPEN)]


def _newest(jobs: "QuerySet[ProcrastinateJob]") -> JobState | None:
    job = jobs.order_by("-pk").first()
    return None if job is None else _state(job)


def _state(job: ProcrastinateJob) -> JobState:
    stage = _STAGES.get(job.status, Stage.FAILED)  # a job that was cancelled did not do its work either
    unattended = job.status in OPEN and not _stirred_lately(job) and not _worker_lives()
    return JobState(job.pk, job.args, stage, unattended)


def _stirred_lately(job: ProcrastinateJob) -> bool:
    return ProcrastinateEvent.objects.filter(job=job, at__gt=Now() - PATIENCE).exists()


def _worker_lives() -> bool:
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=Now() - SILENCE).exists()
