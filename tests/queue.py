"""A worker for tests: in the test's own transaction, or a real one beside it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from django.db import connection
from procrastinate import sql as named
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status

from ceiba.jobs.worker import work


def taken(worker: int | None = None) -> Job | None:
    """The next job, taken as a worker takes it."""
    row = run("fetch_job", queues=None, worker_id=worker or worker_registered())
    # Django's connection leaves JSON as text.
    return None if row["id"] is None else Job.from_row(row | {"args": json.loads(row["args"])})


def worked() -> list[str]:
    """Work every waiting job in this connection, as a worker would; returns how each ended."""
    ends = []
    while (job := taken()) is not None:
        ends.append(_worked(job).value)
        run("finish_job", job_id=job.id, status=ends[-1], delete_job=False)
    return ends


def _worked(job: Job) -> Status:
    task = queue.tasks[job.task_name]
    context = JobContext(app=queue, job=job, start_timestamp=0, abort_reason=lambda: None)
    try:
        task.func(*([context] if task.pass_context else []), **job.task_kwargs)
    except JobAborted:
        return Status.ABORTED
    except Exception:  # noqa: BLE001  # whatever ends a job
        return Status.FAILED
    return Status.SUCCEEDED


def worker_registered(silent_seconds: float = 0) -> int:
    """A worker that gave a sign of life so long ago."""
    number = run("register_worker")["worker_id"]
    set_back("procrastinate_workers", "last_heartbeat", silent_seconds, f"id = {number}")
    return int(number)


def waited(seconds: float) -> None:
    """Everything that happened to jobs happened so much earlier."""
    set_back("procrastinate_events", "at", seconds)


def set_back(table: str, column: str, seconds: float, where: str = "true") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = {column} - make_interval(secs => %s) WHERE {where}",  # noqa: S608
            [seconds],
        )


def run(query: str, **arguments: Any) -> dict[str, Any]:
    connector: Any = queue.connector
    row: dict[str, Any] = connector.execute_query_one(query=named.queries[query], **arguments)
    return row


def statuses() -> list[str]:
    """How the jobs that somebody asked for stand; a real worker also does what is due by the clock."""
    by_the_clock = {each.task.name for each in queue.periodic_registry.periodic_tasks.values()}
    asked = ProcrastinateJob.objects.exclude(task_name__in=by_the_clock)
    return list(asked.order_by("pk").values_list("status", flat=True))


@contextmanager
def emptied() -> Iterator[None]:
    """The queue's tables, which tests with real transactions must leave as they were."""
    truncate = "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_events CASCADE"
    with connection.cursor() as cursor:
        cursor.execute(truncate)
    yield
    with connection.cursor() as cursor:
        cursor.execute(truncate)


def worked_beside() -> None:
    """A real worker, with its own connections, until nothing waits any more."""
    thread = Thread(target=work, kwargs={"once": True})
    thread.start()
    thread.join()
