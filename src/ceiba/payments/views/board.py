"""The runs of a programme by month, whose turn each is, and what of a month's list is in none."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.month import Month
from ceiba.core.payment_run import RunState
from ceiba.determinations.selectors import sealed_months
from ceiba.payments.drafts import areas_told, draftings_of
from ceiba.payments.models import PaymentRun
from ceiba.payments.selectors.board import (
    IN_RUNS,
    RUNS_MAX,
    Tally,
    covers_whole,
    limits_in,
    list_places,
    runs_in,
    runs_sums,
)
from ceiba.payments.turns import track, turn_of
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.web.labels import GROUPS

PLACES = tuple(GROUPS["list_place"])


@require(Action.VIEW_RUNS)
def board(request: SignedRequest) -> HttpResponse:
    """The runs of a programme; of one month also where its list is."""
    offered = programmes()
    programme = request.GET.get("programme") or (offered[0].code if offered else "")
    if programme not in {each.code for each in offered}:
        if request.GET.get("programme"):
            raise Http404
        return render(request, "payments/none.html")
    months = [each for code, each in sealed_months() if code == programme]
    month, state = _month(request.GET.get("month", ""), months), request.GET.get("state", "")
    state = state if state in list(RunState) else ""
    runs = runs_in(request.scope, programme, month, state)
    context = {
        "programmes": offered,
        "programme": programme,
        "book": rulebook_of(latest_version(programme)),
        "months": months,
        "month": month,
        "states": list(RunState),
        "state": state,
        "rows": run_rows(request, runs),
        "most": RUNS_MAX if len(runs) == RUNS_MAX else None,
        "draftings": draftings_of(request.user.pk),
        **places_of(request, programme, month),
        **permitted(request),
    }
    return render(request, "payments/runs.html", context)


@require(Action.VIEW_RUNS)
def limits(request: SignedRequest) -> HttpResponse:
    """What each user may approve and release in one run."""
    return render(request, "payments/limits.html", {"limits": limits_in(request.scope), **permitted(request)})


def run_rows(request: SignedRequest, runs: list[PaymentRun]) -> list[dict[str, object]]:
    """Runs as a table of them shows each."""
    sums = runs_sums(request.scope, runs)
    return [
        {
            "run": run,
            "sums": sums[run.pk],
            "areas": areas_told(run.areas),
            "whole": covers_whole(request.scope, run),
            "stages": track(run),
            "turn": turn_of(run, request.user),
        }
        for run in runs
    ]


def places_of(request: SignedRequest, programme: str, month: date | None) -> dict[str, object]:
    """Where a month's list is: in runs, and why in none."""
    if month is None:
        return {"places": ()}
    found = list_places(programme, month, request.scope)
    ordered = [(place, found[place]) for place in PLACES if place in found]
    return {
        "places": ordered,
        "in_runs": [(place, tally) for place, tally in ordered if place in IN_RUNS],
        "in_none": [(place, tally) for place, tally in ordered if place not in IN_RUNS],
        "listed_minor": sum(tally.amount_minor for _, tally in ordered),
        "paid_minor": found.get("paid", Tally()).amount_minor,
        "in_runs_minor": sum(tally.amount_minor for place, tally in ordered if place in IN_RUNS),
    }


def permitted(request: SignedRequest) -> dict[str, bool]:
    """What the pages of payments show and offer, by role."""
    asked = {
        "may_money": Action.VIEW_MONEY,
        "may_runs": Action.VIEW_RUNS,
        "may_lists": Action.VIEW_PAYMENTS,
        "may_prepare": Action.PREPARE_RUN,
        "may_explain": Action.EXPLAIN_VARIANCE,
        "may_hold": Action.HOLD_PAYMENTS,
    }
    return {name: may(request.user, action) for name, action in asked.items()}


def _month(text: str, months: list[date]) -> date | None:
    """The month that is asked for, if it is sealed; the newest unless `all` is said."""
    if text == "all" or not months:
        return None
    return next((month for month in months if str(Month.of(month)) == text), months[0])
