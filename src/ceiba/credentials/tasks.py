"""What the worker does for constancias: issues to everybody of an area, and publishes what verifiers fetch."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import LANGUAGES, CeibaError, Problem, register_messages
from ceiba.credentials.issuances import ISSUE_TASK, REFUSED
from ceiba.credentials.published.making import PUBLISH_TASK, documents_publish
from ceiba.credentials.selectors.desk import people_ready
from ceiba.credentials.services.issuing import credentials_issue, desk_open
from ceiba.jobs.queue import RETRY, Refused

register_messages(
    {
        "credential.no_right": {
            "es": "Quien lo pidió ya no puede emitir constancias.",
            "en": "Whoever asked for it may no longer issue certificates.",
        },
    }
)


@queue.task(name=ISSUE_TASK, pass_context=True, retry=RETRY)
def issue(context: JobContext, *, programme: str, area: str, user: int, at: str, wanted: int) -> None:
    """Issue in the name of the user who asked, with the rights they have now; why not, is written down.

    Begun again, it goes on: who has one is not ready any more. `wanted` is for the page that tells how it stands.
    """
    actor, moment = User.objects.get(pk=user), datetime.fromisoformat(at)
    try:
        people = _people(programme, area, actor, moment)
        credentials_issue(programme=programme, people=people, actor=actor, at=moment)
    except CeibaError as error:
        detail = {language: error.text(language) for language in LANGUAGES}
        event_record(actor=actor, action=REFUSED, subject=f"job {context.job.id}", detail=detail)
        raise Refused from None


@queue.periodic(cron="*/5 * * * *")
@queue.task(name=PUBLISH_TASK, queueing_lock=PUBLISH_TASK, lock=PUBLISH_TASK, retry=RETRY)
def publish(timestamp: int) -> None:
    """Publish what changed or will expire; nothing where nobody issues. Where nothing can be signed the job fails."""
    if settings.ISSUER:
        documents_publish(at=timezone.now())


def _people(programme: str, area: str, actor: User, at: datetime) -> list[int]:
    if not may(actor, Action.ISSUE_CREDENTIALS):
        raise CeibaError(Problem("credential.no_right"))
    stage = desk_open(programme=programme, actor=actor, at=at).stage
    return people_ready(programme, stage, scope_of(actor), area, at)
