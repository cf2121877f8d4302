"""What the worker does for constancias: publishes what verifiers fetch, before it expires and when it changed."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.credentials.published.making import PUBLISH_TASK, documents_publish
from ceiba.jobs.queue import RETRY


@queue.periodic(cron="*/5 * * * *")
@queue.task(name=PUBLISH_TASK, queueing_lock=PUBLISH_TASK, lock=PUBLISH_TASK, retry=RETRY)
def publish(timestamp: int) -> None:
    """Publish what is due; nothing where nobody issues. What keeps it from signing ends the job as failed."""
    if settings.ISSUER:
        documents_publish(at=timezone.now())
