"""Reads runs and what came of them."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from django.db.models import Sum

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rulebook
from ceiba.determinations.models import Determination, MonthCount
from ceiba.payments.models import PaymentLine
from ceiba.registry.places import areas_named
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.runs.models import Run, RunState

HAVE_COUNTS: Final = (RunState.DECIDED, RunState.LISTED, RunState.SEALED, RunState.COUNTED)
CUTOFF_TIME: Final = time(6, tzinfo=UTC)
MONTH_TASK: Final = "month.run"
MONTH_REFUSED: Final = "month.refused"  # an event; its detail says why, in every language


def month_key(programme: str, month: Month) -> str:
    """The key of the job that decides a month."""
    return f"month {programme} {month}"


def decided_runs(programme: str) -> list[Run]:
    """The months of a programme that have been decided, oldest first."""
    runs = Run.objects.filter(programme=programme, state__in=HAVE_COUNTS)
    return list(runs.select_related("programme", "rulebook").order_by("month"))


def all_decided() -> list[Run]:
    """Every run that has decided its month, in the order in which they were begun."""
    return list(Run.objects.filter(state__in=HAVE_COUNTS).order_by("pk"))


def last_runs() -> list[Run]:
    """The last run of each programme that has been decided."""
    runs = Run.objects.filter(state__in=HAVE_COUNTS).order_by("programme_id", "-month")
    return list(runs.select_related("programme").distinct("programme_id"))


def last_months() -> list[tuple[str, date]]:
    """The last month decided of each programme: (programme, month)."""
    return [(run.programme_id, run.month) for run in last_runs()]


def cutoff_of(month: Month, rulebook: Rulebook) -> datetime:
    """When evidence stops counting for `month`: `cutoff_day` of the following month, 06:00 UTC."""
    return datetime.combine((month + 1).first_day.replace(day=rulebook.calendar["cutoff_day"]), CUTOFF_TIME)


@dataclass(frozen=True, slots=True)
class NextMonth:
    """The month that a programme decides next, when its evidence closes, and its run when one was begun."""

    month: Month
    cutoff: datetime
    run: Run | None


def next_month(programme: str) -> NextMonth | None:
    """The month after the last one, or the last while it is unfinished; None before the first, which is chosen."""
    last = Run.objects.filter(programme=programme).order_by("-month").first()
    if last is None:
        return None
    if last.state != RunState.COUNTED:
        return NextMonth(Month.of(last.month), last.cutoff, last)
    month = Month.of(last.month) + 1
    return NextMonth(month, cutoff_of(month, rulebook_of(latest_version(programme))), None)


def countries_unseen(programme: str, scope: Scope) -> list[str]:
    """The names of the programme's countries that the scope does not cover whole."""
    countries = rulebook_of(latest_version(programme)).countries
    unseen = [country for country in countries if not scope.covers(country)]
    names = areas_named(unseen)
    return [names.get(country, country) for country in unseen]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A month in numbers: people by outcome, the sum of its payment list, differences, the commonest reason."""

    programme: str
    month: Month
    state: str
    people: int
    paid: int
    held: int
    refused: int
    total_minor: int
    currency: str
    differences: int
    main_reason: str | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON; the month as 2026-03."""
        return asdict(self) | {"month": str(self.month)}


def run_summary(run: Run) -> RunSummary:
    """The numbers of a run, from its counts and lines."""
    counts = MonthCount.objects.filter(run=run)
    by_outcome = dict(
        counts.filter(reason="").values_list("outcome").annotate(n=Sum("participants")).order_by("outcome")
    )
    rulebook = rulebook_of(run.rulebook)
    warnings = [rule.id for rule in rulebook.rules if rule.otherwise == "warn"]
    reasons = counts.exclude(reason__in=["", *warnings]).exclude(outcome="pay")
    main = reasons.values("reason").annotate(n=Sum("participants")).order_by("-n", "reason").first()
    lines = PaymentLine.objects.filter(programme=run.programme_id, month=run.month)
    return RunSummary(
        programme=run.programme_id,
        month=Month.of(run.month),
        state=run.state,
        people=sum(by_outcome.values()),
        paid=by_outcome.get("pay", 0),
        held=by_outcome.get("hold", 0),
        refused=by_outcome.get("refuse", 0),
        total_minor=int(lines.aggregate(n=Sum("amount_minor", default=0))["n"]),
        currency=run.programme.currency,
        differences=Determination.objects.filter(run=run, revision__gt=0).count(),
        main_reason=main["reason"] if main else None,
    )
