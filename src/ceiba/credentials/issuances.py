"""The job that issues to everybody of an area: how it is asked for, and how it gets on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ceiba.accounts.models import User
from ceiba.accounts.selectors import Scope
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.rules.rulebook import Text
from ceiba.credentials.models import Credential
from ceiba.credentials.selectors.desk import people_ready
from ceiba.credentials.services.issuing import desk_open
from ceiba.jobs.queue import job_defer
from ceiba.jobs.state import JobState, Stage, job_of, jobs_of

ISSUE_TASK: Final = "credentials.issue"
REFUSED: Final = "credential.issuing_refused"
"""An event; its detail says which job, and why, in every language."""
SHOWN_MOST: Final = 3
register_messages(
    {
        "credential.nobody": {
            "es": "En esta área no hay a quién emitir: quienes cumplen ya tienen una constancia que vale.",
            "en": "There is nobody to issue to in this area: those who qualify have a certificate that holds.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Issuance:
    """How issuing to an area stands: of `wanted` people, `done` have theirs; or why it was refused."""

    job: JobState
    wanted: int
    done: int
    refusal: Text | None

    @property
    def programme(self) -> str:
        """Of which programme."""
        return str(self.job.arguments["programme"])

    @property
    def area(self) -> str:
        """The area's code; empty for all that the user reaches."""
        return str(self.job.arguments["area"])

    @property
    def seen(self) -> str:
        """What a page that shows this has shown."""
        return f"{self.job.seen} {self.done}"


def issuance_ask(*, programme: str, area: str, scope: Scope, actor: User, at: datetime) -> int:
    """Ask the worker to issue to all who are to have one; the number of the job, or of the one that is at it.

    Raises CeibaError: credential.nobody, and as `desk_open`, so that what cannot be done is not asked for.
    """
    desk = desk_open(programme=programme, actor=actor, at=at)
    wanted = len(people_ready(programme, desk.stage, scope, area, desk.at))
    if not wanted:
        raise CeibaError(Problem("credential.nobody"))
    said = {
        "programme": programme,
        "area": area,
        "user": actor.pk,
        "at": desk.at.isoformat(),
        "wanted": wanted,
    }
    key = f"credentials {programme} {actor.pk} {area}"
    return job_defer(task=ISSUE_TASK, key=key, lock=f"credentials {programme}", arguments=said).job


def issuance_of(number: int, user: int) -> Issuance | None:
    """How the issuing that a user asked for under this number stands."""
    job = job_of(ISSUE_TASK, number, user=user)
    return None if job is None else _issuance(job)


def issuances_of(user: int) -> list[Issuance]:
    """Those that a user asked for last and that are not done."""
    return [_issuance(job) for job in jobs_of(ISSUE_TASK, SHOWN_MOST, user=user) if job.stage != Stage.DONE]


def _issuance(job: JobState) -> Issuance:
    said = job.arguments
    issued = Credential.objects.filter(
        programme=said["programme"], issued_by=said["user"], issued_at=datetime.fromisoformat(said["at"])
    )
    return Issuance(
        job, int(said["wanted"]), issued.count(), _refusal(job) if job.stage == Stage.REFUSED else None
    )


def _refusal(job: JobState) -> Text:
    events = Event.objects.filter(action=REFUSED, subject=f"job {job.id}")
    return events.values_list("detail", flat=True).first() or {}
