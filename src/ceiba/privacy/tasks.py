"""What the worker does for erasures: removes the files that they left."""

from procrastinate.contrib.django import app as queue

from ceiba.jobs.queue import RETRY
from ceiba.privacy.services.erasing import FILES_TASK, files_remove


@queue.periodic(cron="23 * * * *")
@queue.task(name=FILES_TASK, queueing_lock=FILES_TASK, lock=FILES_TASK, retry=RETRY)
def files(timestamp: int) -> None:
    """Remove what erasures left, asked for by them; and every hour, what a worker that died had not removed."""
    files_remove()
