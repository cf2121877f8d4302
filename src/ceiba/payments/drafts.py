"""The job that drafts a run: how it is named, and how the one asked for stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceiba.accounts.selectors import Scope
from ceiba.audit.models import Event
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Text
from ceiba.jobs.state import JobState, Stage, job_of, jobs_of
from ceiba.registry.models import Area
from ceiba.registry.places import areas_named, areas_under
from ceiba.rulebook.selectors import latest_version, rulebook_of

DRAFT_TASK: Final = "payment_run.draft"
DRAFTED: Final = "payment_run.drafted_by_job"  # an event; its detail says which job and which run
REFUSED: Final = "payment_run.refused"  # an event; its detail says which job, and why, in every language
DRAFTS_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Drafting:
    """How a draft that was asked for stands: its job, the run it made, or why it was refused."""

    job: JobState
    run: int | None
    refusal: Text | None

    @property
    def programme(self) -> str:
        """Of which programme."""
        return str(self.job.arguments["programme"])

    @property
    def month(self) -> date:
        """Of which month."""
        return Month.parse(self.job.arguments["month"]).first_day


def draft_key(programme: str, month: Month, areas: Iterable[str]) -> str:
    """The key of the job that drafts a run: one of the same month and areas at a time."""
    return f"payment run {programme} {month} {' '.join(sorted(areas))}"


def draft_subject(programme: str, month: Month) -> str:
    """What the events of drafts of a month are about."""
    return f"payment_list:{programme}:{month}"


def run_drafted_by(programme: str, month: Month, job: int) -> int | None:
    """The run that a job drafted, if it did."""
    run = _said(programme, month, DRAFTED, job).get("run")
    return None if run is None else int(run)


def drafting_of(number: int, user: int) -> Drafting | None:
    """How the draft that a user asked for under this number stands."""
    job = job_of(DRAFT_TASK, number, user=user)
    return None if job is None else _drafting(job)


def draftings_of(user: int) -> list[Drafting]:
    """The drafts that a user asked for last and that are not done."""
    jobs = jobs_of(DRAFT_TASK, DRAFTS_MAX, user=user)
    return [_drafting(job) for job in jobs if job.stage != Stage.DONE]


def draft_areas(programme: str, scope: Scope) -> list[tuple[Area | None, list[Area]]]:
    """The areas a run may be drafted for: each country of the programme that the scope covers, with its parts.

    Of a country that the scope covers in part there is no country to choose (None), and only those parts.
    """
    offered: list[tuple[Area | None, list[Area]]] = []
    for country in rulebook_of(latest_version(programme)).countries:
        parts = [area for area in areas_under([country]) if scope.covers(area.code)]
        whole = Area.objects.defer("geometry").filter(code=country).first() if scope.covers(country) else None
        if whole or parts:
            offered.append((whole, parts))
    return offered


def areas_told(codes: Iterable[str]) -> list[str]:
    """The names of areas."""
    listed = list(codes)
    names = areas_named(listed)
    return [names.get(code, code) for code in listed]


def _drafting(job: JobState) -> Drafting:
    programme, month = str(job.arguments["programme"]), Month.parse(job.arguments["month"])
    run = run_drafted_by(programme, month, job.id) if job.stage == Stage.DONE else None
    refusal = _said(programme, month, REFUSED, job.id) if job.stage == Stage.REFUSED else None
    return Drafting(job, run, refusal)


def _said(programme: str, month: Month, action: str, job: int) -> Text:
    events = Event.objects.filter(subject=draft_subject(programme, month), action=action, detail__job=job)
    return events.values_list("detail", flat=True).first() or {}
