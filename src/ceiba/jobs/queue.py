"""Asking for long work: a job waits in the queue until a worker takes it.

A job has a task, named because views and services do not import tasks; a key, of which there is never more than one
job waiting or at work; and a lock, of which there is never more than one at work. Its arguments name nobody.
"""

from typing import Any, Final, NamedTuple

from django.db import OperationalError, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import JobAborted

from ceiba.jobs.state import open_job

ATTEMPTS_MAX: Final = 5
# What a lost connection or a deadlock broke off is tried again; what was refused would be refused again.
RETRY: Final = RetryStrategy(max_attempts=ATTEMPTS_MAX, wait=10, retry_exceptions={OperationalError})


class Refused(JobAborted):
    """What a task raises, `from None`, when its work must not be done. It ends the job as aborted, not as failed.

    A breakdown is logged, for somebody must look into it. A refusal is told to whoever asked, and to no log: what
    stands against a file has people's data in it.
    """


class Deferred(NamedTuple):
    """A job by its number, and whether it is new."""

    job: int
    is_new: bool


def job_defer(*, task: str, key: str, lock: str, arguments: dict[str, Any]) -> Deferred:
    """Put a job in the queue; or the one of the same key that waits or is at work. In the caller's transaction."""
    with transaction.atomic():
        _one_by_one(key)
        found = open_job(key)
        if found is not None:
            return Deferred(found.id, is_new=False)
        deferrer = queue.configure_task(task, allow_unknown=False, lock=lock, queueing_lock=key)
        return Deferred(deferrer.defer(**arguments), is_new=True)


def _one_by_one(key: str) -> None:
    """Two clicks at once follow each other: the queue's own lock on keys does not see the jobs at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"ceiba job {key}"])
