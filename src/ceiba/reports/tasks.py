"""What the worker does for reports."""

from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.funding.services import figures_count, figures_due, need_count
from ceiba.jobs.queue import RETRY, Refused
from ceiba.reports.figures import FIGURES
from ceiba.reports.iati.making import MAKE_TASK, files_make
from ceiba.rulebook.selectors import programmes

FIGURES_TASK: Final = "reports.figures"


@queue.periodic(cron="*/10 * * * *")
@queue.task(name=FIGURES_TASK, queueing_lock=FIGURES_TASK, lock=FIGURES_TASK, retry=RETRY)
def figures(timestamp: int) -> None:
    """Count the figures of every agreement whose money has moved, and the need where a month was decided."""
    for programme in programmes():
        need_count(programme=programme.code, at=timezone.now())
    for agreement in figures_due(FIGURES):
        figures_count(agreement=agreement, figures=FIGURES, at=timezone.now())


@queue.task(name=MAKE_TASK, retry=RETRY)
def iati(*, programme: str, user: int) -> None:
    """Make a programme's IATI files for whoever asked, with the rights they have now."""
    if not files_make(programme=programme, user=User.objects.get(pk=user), at=timezone.now()):
        raise Refused
