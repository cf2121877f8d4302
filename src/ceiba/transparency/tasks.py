"""What the worker does for the log: every minute, appends what is not in it and signs what it is."""

from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.jobs.queue import RETRY
from ceiba.transparency.services.appending import entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign

LOG_TASK: Final = "log.append"


@queue.periodic(cron="* * * * *")
@queue.task(name=LOG_TASK, queueing_lock=LOG_TASK, lock=LOG_TASK, retry=RETRY)
def append(timestamp: int) -> None:
    """Append and sign. A log that does not continue what was signed fails here, every minute, in the worker's log."""
    entries_append()
    checkpoint_sign(now=timezone.now())
