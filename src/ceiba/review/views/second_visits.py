"""Second visits: the ones to make, the draws, and how well they agree with the first."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.flags import FlagLimits
from ceiba.core.kernel.month import Month
from ceiba.core.second_visits import DAYS_TO_GO, SMALL_N, TOLERANCE_TASKS
from ceiba.review.models import Draw
from ceiba.review.selectors.second_visits import agreement_in, heaps_in, second_visits_in, standing_of
from ceiba.web.kept import kept

ROWS_MAX: Final = 300
MONTHS: Final = 12
_KEPT_SECONDS: Final = 600
_WIDE: Final = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its interval, drawn on a line of `_WIDE` units; coordinates are text."""

    low: str
    point: str
    high: str
    width: int = _WIDE


@require(Action.VIEW_SUBMISSIONS)
def index(request: SignedRequest) -> HttpResponse:
    """The second visits to make, or of one's areas; and the draws, with what anybody needs to make them again."""
    stand = standing_of(second_visits_in(request.scope, request.user), ROWS_MAX, timezone.now())
    draws = Draw.objects.select_related("drawing").order_by("-month", "programme")[:24]
    context = {
        "stand": stand,
        "days": DAYS_TO_GO,
        "draws": draws,
        "own": request.scope.role == Role.TECHNICIAN,
        "shows_agreement": may(request.user, Action.VIEW_FLAGS),
        "today": timezone.now().date(),
    }
    return render(request, "review/second_visits.html", context)


@require(Action.VIEW_FLAGS)
def agreement(request: SignedRequest) -> HttpResponse:
    """By technician: how well second visits agree with the first, and whether the month's counts look counted."""
    last = Month.of(timezone.now().date())
    first = (last + -(MONTHS - 1)).first_day
    scope = request.scope
    found = kept(lambda: agreement_in(scope, first, last.first_day), _KEPT_SECONDS, "agreement", scope, last)
    heaps = kept(lambda: heaps_in(scope, _month(request, last), FlagLimits()), _KEPT_SECONDS, "heaps", scope,
                 _month(request, last))  # fmt: skip
    context = {
        "rows": [(row, _interval(row)) for row in found.rows(named=True)],
        "heaps": heaps.rows(named=True),
        "month": _month(request, last),
        "since": first,
        "tolerance": TOLERANCE_TASKS,
        "small": SMALL_N,
        "limits": FlagLimits(),
    }
    return render(request, "review/agreement.html", context)


def _month(request: SignedRequest, last: Month) -> date:
    """The month asked for, else the last that has ended."""
    text = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return (last + -1).first_day


def _interval(row: dict[str, float]) -> Interval:
    low, high, point = row["share_low"], row["share_high"], row["agreeing"] / row["n"]
    return Interval(f"{_WIDE * low:.1f}", f"{_WIDE * point:.1f}", f"{_WIDE * high:.1f}")
