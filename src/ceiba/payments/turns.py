"""A run's way: which stages it has passed, who took each step, whose turn is next, and whether it is yours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max

from ceiba.accounts.models import User
from ceiba.accounts.permissions import MATRIX
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.payment_run import REACHED_BY, RUN_NEXT, RunState, Step
from ceiba.payments.models import PaymentRun, RunStep
from ceiba.payments.services.runs import MAY, step_check
from ceiba.web.words import language

STAGES: Final = tuple(state for state in RunState if state != RunState.CANCELLED)
_STEP_TO: Final = {state: step for step, state in REACHED_BY.items()}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the way: behind (`standing` is `done`), where the run is (`here`), or ahead (empty)."""

    state: RunState
    standing: str
    by: User | None
    at: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The step that comes next: the roles that may take it, and why this user may not (empty: they may)."""

    step: Step
    roles: tuple[str, ...]
    barred: str


def track(run: PaymentRun) -> list[Stage]:
    """The stages of a run in order; of a cancelled one those that it had passed, and its end."""
    steps = {step.step: step for step in run.steps.all()}
    drafted = Stage(RunState.DRAFT, "", run.drafted_by, run.drafted_at)
    way = [drafted, *(_stage(state, steps.get(_STEP_TO.get(state, ""))) for state in STAGES[1:])]
    if run.state == RunState.CANCELLED:
        passed = [_standing(stage, "done") for stage in way if stage.at is not None]
        return [*passed, _standing(_stage(RunState.CANCELLED, steps.get(Step.CANCEL)), "here")]
    here = STAGES.index(RunState(run.state))
    if here >= STAGES.index(RunState.SENT):
        sent = run.files.aggregate(at=Max("sent_at"))["at"]
        way[STAGES.index(RunState.SENT)] = Stage(RunState.SENT, "", None, sent)
        way[STAGES.index(RunState.CLOSED)] = Stage(RunState.CLOSED, "", None, run.closed_at)
    return [
        _standing(stage, "done" if place < here else "here" if place == here else "")
        for place, stage in enumerate(way)
    ]


def turn_of(run: PaymentRun, user: User) -> Turn | None:
    """Whose turn a run is; None when no person moves it on any more."""
    following = [_STEP_TO.get(state) for state in RUN_NEXT[RunState(run.state)]]
    step = next((step for step in following if step not in (None, Step.CANCEL)), None)
    return Turn(step, roles_of(step), why_not(run, step, user)) if step else None


def may_cancel(run: PaymentRun, user: User) -> bool:
    """Whether the user may stop a run as it stands."""
    return not why_not(run, Step.CANCEL, user)


def roles_of(step: Step) -> tuple[str, ...]:
    """The roles that may take a step."""
    return tuple(role for role, actions in MATRIX.items() if _any(MAY[step], actions))


def why_not(run: PaymentRun, step: Step, user: User) -> str:
    """Why the user may not take a step of a run, in the language of the page; empty when they may."""
    try:
        step_check(run, step, user)
    except CeibaError as error:
        return error.text(language())
    return ""


def _any(wanted: Collection[str], actions: Collection[str]) -> bool:
    return any(action in actions for action in wanted)


def _stage(state: RunState, step: RunStep | None) -> Stage:
    return Stage(state, "", step.actor, step.at, step.note) if step else Stage(state, "", None, None)


def _standing(stage: Stage, standing: str) -> Stage:
    return Stage(stage.state, standing, stage.by, stage.at, stage.note)
