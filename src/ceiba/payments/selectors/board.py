"""Runs as a user sees them: which, what became of their payments, and where the rest of a month's list is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl
from django.db.models import Count, Sum

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.payment_run import PaymentState, RunState
from ceiba.frames.postgres import read_frame
from ceiba.payments.models import Payment, PaymentRun, RunTally, StepLimit
from ceiba.payments.selectors.runs import prefixes, sql_text
from ceiba.registry.selectors import participants_in
from ceiba.web.kept import kept

RUNS_MAX: Final = 24
SENT: Final = (RunState.SENT, RunState.CLOSED)
KEPT_SECONDS: Final = 60
IN_RUNS: Final = ("paid", "ordered", "saved")
_PLACES_SQL: Final = sql_text("places")
_PLACES: Final = FrameSchema(
    "where a list is",
    (Column("place", pl.String), Column("people", pl.Int64), Column("amount_minor", pl.Int64)),
    key=("place",),
)

_STRAYED_SQL: Final = sql_text("tallies_strayed")
_STRAYED: Final = FrameSchema("runs", (Column("run_id", pl.Int64),), key=("run_id",))


@dataclass(frozen=True, slots=True)
class Tally:
    """People and what is paid to them, minor units."""

    people: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class RunSums:
    """A run's payments by what they have come to, within a scope; what is saved; who was left out."""

    by_state: Mapping[str, Tally] = field(default_factory=dict)
    left_out: int = 0

    def of(self, *states: PaymentState) -> Tally:
        """The sum of some states."""
        found = [self.by_state.get(state, Tally()) for state in states]
        return Tally(sum(each.people for each in found), sum(each.amount_minor for each in found))

    @property
    def standing(self) -> Tally:
        """What the run pays: everybody but those who were taken out of it."""
        return self.of(*(state for state in PaymentState if state != PaymentState.CANCELLED))

    @property
    def ordered(self) -> Tally:
        """Planned, or sent without an answer."""
        return self.of(PaymentState.ORDERED)

    @property
    def paid(self) -> Tally:
        """Paid, and not come back."""
        return self.of(PaymentState.PAID)

    @property
    def rejected(self) -> Tally:
        """Refused by the bank."""
        return self.of(PaymentState.REJECTED)

    @property
    def returned(self) -> Tally:
        """Paid, and come back."""
        return self.of(PaymentState.RETURNED)

    @property
    def cancelled(self) -> Tally:
        """Taken out, one by one or with the whole run."""
        return self.of(PaymentState.CANCELLED)


def reaches(scope: Scope, run: PaymentRun) -> bool:
    """Whether a run pays anywhere within a scope."""
    return any(own.startswith(area) or area.startswith(own) for own in scope.areas for area in run.areas)


def covers_whole(scope: Scope, run: PaymentRun) -> bool:
    """Whether every area of a run lies within a scope."""
    return all(scope.covers(area) for area in run.areas)


def run_in(scope: Scope, pk: int) -> PaymentRun | None:
    """The run of this number, if it pays anywhere within the scope."""
    run = PaymentRun.objects.select_related("programme", "bank_account", "drafted_by").filter(pk=pk).first()
    return run if run is not None and reaches(scope, run) else None


def runs_in(scope: Scope, programme: str, month: date | None = None, state: str = "") -> list[PaymentRun]:
    """The newest runs of a programme that pay anywhere within the scope, at most `RUNS_MAX`, the newest first."""
    rows = PaymentRun.objects.filter(programme=programme).order_by("-month", "-pk")
    rows = rows.filter(month=month) if month else rows
    rows = rows.filter(state=state) if state else rows
    rows = rows.select_related("programme", "bank_account").prefetch_related("steps__actor")
    return [run for run in rows if reaches(scope, run)][:RUNS_MAX]


def runs_sums(scope: Scope, runs: Iterable[PaymentRun]) -> dict[int, RunSums]:
    """What became of the payments of runs, of the people within the scope alone."""
    asked = list(runs)
    whole = {run.pk for run in asked if covers_whole(scope, run)}
    in_part = {run.pk for run in asked} - whole
    seen = Payment.objects.filter(run__in=in_part, participant__in=participants_in(scope).values("pk"))
    counted = seen.values_list("run_id", "state").annotate(people=Count("pk"), amount=Sum("amount_minor"))
    tallied = RunTally.objects.filter(run__in=whole).values_list("run_id", "state")
    states: dict[int, dict[str, Tally]] = defaultdict(dict)
    for run, state, count, amount in [
        *(counted if in_part else ()),
        *tallied.annotate(people=Sum("payments"), amount=Sum("amount_minor")),
    ]:
        if count:
            states[run][state] = Tally(int(count), int(amount))
    return {run.pk: RunSums(states[run.pk], _left_out(run, run.pk in whole, scope)) for run in asked}


def list_places(programme: str, month: date, scope: Scope) -> dict[str, Tally]:
    """Where the lines of a month's list are, within the scope: in `IN_RUNS`, or why in none of them.

    Kept for a minute, for the list of a month may be half a million lines; a run that moves on is told at once.
    """
    stand = list(
        PaymentRun.objects.filter(programme=programme, month=month).order_by("pk").values_list("pk", "state")
    )
    return kept(
        lambda: _list_places(programme, month, scope), KEPT_SECONDS, "places", programme, month, scope, stand
    )


def tallies_strayed() -> list[int]:
    """Numbers of runs whose tallies are not what their payments add up to: none, ever."""
    return read_frame(_STRAYED_SQL, {}, _STRAYED)["run_id"].to_list()


def limits_in(scope: Scope) -> list[StepLimit]:
    """What users of the scope's areas may approve and release at once, by step and user."""
    rows = StepLimit.objects.select_related("user").prefetch_related("user__scopes")
    return [
        limit
        for limit in rows.order_by("step", "user__username", "currency")
        if any(scope.covers(own.area_code) for own in limit.user.scopes.all())
    ]


def _list_places(programme: str, month: date, scope: Scope) -> dict[str, Tally]:
    params = {"programme": programme, "month": month, "areas": prefixes(scope.areas)}
    rows = read_frame(_PLACES_SQL, params, _PLACES)
    return {place: Tally(people, amount) for place, people, amount in rows.iter_rows()}


def _left_out(run: PaymentRun, whole: bool, scope: Scope) -> int:
    if whole:
        return run.left_out
    return run.people_left_out.filter(participant__in=participants_in(scope).values("pk")).count()
