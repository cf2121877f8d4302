"""What the worker does for referral batches: every five minutes, whatever is due of them."""

from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.jobs.queue import RETRY
from ceiba.pathway.services.due import batches_keep

BATCHES_TASK: Final = "pathway.batches"


@queue.periodic(cron="*/5 * * * *")
@queue.task(name=BATCHES_TASK, queueing_lock=BATCHES_TASK, lock=BATCHES_TASK, retry=RETRY)
def keep(timestamp: int) -> None:
    """Close, draw and end what is due. What breaks off fails here, and is tried again the next time."""
    batches_keep(now=timezone.now())
