"""The months of a programme as the office's page shows them: done, next, and how the one asked for stands."""

from dataclasses import dataclass
from typing import Final

from ceiba.accounts.selectors import Scope
from ceiba.audit.models import Event
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Text
from ceiba.determinations.selectors import OutcomeTotals, run_totals
from ceiba.jobs.state import JobState, Stage, last_job
from ceiba.runs.models import AT_WORK, Run, RunState
from ceiba.runs.selectors import HAVE_COUNTS, MONTH_REFUSED, month_key

STEPS: Final = list(AT_WORK)


@dataclass(frozen=True, slots=True)
class DecidedMonth:
    """A month of the table, with the totals of the viewer's areas."""

    run: Run
    totals: OutcomeTotals

    @property
    def digest(self) -> str:
        """The digest of the sealed result; empty until there is one."""
        return str(self.run.seal.digests.get("result", "")) if self.run.sealed_at else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a month that was asked for stands: its job, the step it is at, and why it was refused."""

    month: Month
    job: JobState
    step: int
    refusal: Text | None

    @property
    def doing(self) -> Text:
        """What is being done."""
        return AT_WORK[STEPS[self.step - 1]]

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(STEPS)

    @property
    def seen(self) -> str:
        """What a page that shows this has shown."""
        return f"{self.job.seen} {self.step}"


def decided_months(programme: str, scope: Scope) -> list[DecidedMonth]:
    """The months that were decided, the newest first."""
    found = Run.objects.filter(programme=programme, state__in=HAVE_COUNTS)
    runs = list(found.select_related("programme", "seal").order_by("-month"))
    totals = run_totals([run.pk for run in runs], scope)
    return [DecidedMonth(run, totals[run.pk]) for run in runs]


def month_progress(programme: str, month: Month) -> Progress | None:
    """How the month stands; None when nobody asked for it."""
    job = last_job(month_key(programme, month))
    if job is None:
        return None
    state = Run.objects.filter(programme=programme, month=month.first_day).values_list("state", flat=True)
    reached = RunState.values.index(next(iter(state), RunState.STARTED))
    step = min(reached + 1, len(STEPS))
    return Progress(month, job, step, _refusal(programme, month, job))


def _refusal(programme: str, month: Month, job: JobState) -> Text | None:
    """Why the job was refused, in every language; None when it was not."""
    if job.stage != Stage.REFUSED:
        return None
    events = Event.objects.filter(subject=f"{programme} {month}", action=MONTH_REFUSED, detail__job=job.id)
    return events.values_list("detail", flat=True).first()
