"""The worker: works the queue, and takes up again what a worker that died was at."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

from django.db import connections
from procrastinate import App, exceptions
from procrastinate.contrib.django import app as queue
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from ceiba.jobs.queue import ATTEMPTS_MAX
from ceiba.jobs.state import SILENCE

SWEEP_SECONDS: Final = 15


def work(*, concurrency: int = 1, once: bool = False) -> None:
    """Work the queue until told to stop, or, `once`, until nothing waits any more."""
    connector: Any = queue.connector  # Django's, which knows its worker's
    with queue.replace_connector(connector.get_worker_connector()) as app:
        asyncio.run(_work(app, concurrency, once))


async def _work(app: App, concurrency: int, once: bool) -> None:
    async with app.open_async():
        await stalled_take_up(app.job_manager)
        sweeping = asyncio.create_task(_sweep(app.job_manager))
        await app.run_worker_async(
            concurrency=concurrency, wait=not once, task_middleware=[_connections_closed]
        )
        sweeping.cancel()


def _connections_closed(call_next: Callable[[], Any], _context: Any, _worker: Any) -> Any:
    """A task works in a thread, whose connections would stay open until somebody collects them."""
    try:
        return call_next()
    finally:
        connections.close_all()


async def _sweep(manager: JobManager) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await stalled_take_up(manager)


async def stalled_take_up(manager: JobManager) -> None:
    """Put what a silent worker was at back in the queue; what has silenced several is given up.

    A worker that was only thought dead does no harm: every task may be done twice, and the second finds it done.
    """
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE.total_seconds()):
        with contextlib.suppress(exceptions.ConnectorException):  # another worker was faster
            if job.attempts < ATTEMPTS_MAX:
                await manager.retry_job(job)
            else:
                await manager.finish_job(job, Status.FAILED, delete_job=False)
