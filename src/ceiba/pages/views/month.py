"""The month at a glance, and the people behind one of its numbers."""

from datetime import date

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors import decided_people
from ceiba.pages.glance import glance
from ceiba.registry.places import area_path
from ceiba.rulebook.selectors import programmes, rulebook_of
from ceiba.runs.models import Run
from ceiba.runs.selectors import decided_runs


@require(None)
def home(request: SignedRequest) -> HttpResponseBase:
    """By role: a participant's own months, what is shared with a consulate, everyone else the month at a glance."""
    if may(request.user, Action.READ_DOSSIER):
        return redirect("pathway:shared")
    if not may(request.user, Action.VIEW_AGGREGATES):
        return redirect("pages:person", code=request.user.code)
    offered = programmes()
    chosen = request.GET.get("programme") or (offered[0].code if offered else "")
    if chosen and chosen not in {programme.code for programme in offered}:
        raise Http404
    runs = decided_runs(chosen)
    area = request.GET.get("area", "")
    if area and (request.scope.is_portfolio or not request.scope.covers(area) or not area_path(area)):
        raise Http404
    context: dict[str, object] = {"programmes": offered, "chosen": chosen, "area": area}
    if not runs:
        return render(request, "pages/no_month.html", context)
    found = glance(runs, _index(runs, request.GET.get("month", "")), area, request.scope)
    context |= {
        "glance": found,
        "book": rulebook_of(found.run.rulebook),
        "may_people": may(request.user, Action.VIEW_PEOPLE),
        "rounded_to": request.scope.cell_min,
        "shows_amounts": not request.scope.is_portfolio,
    }
    return render(request, "pages/month.html", context)


@require(Action.VIEW_PEOPLE)
def people(request: SignedRequest, programme: str, month: date) -> HttpResponse:
    """The people of a month by outcome or reason, page by page."""
    run = next((r for r in decided_runs(programme) if r.month == month), None)
    if run is None:
        raise Http404
    wanted = {name: request.GET.get(name, "") for name in ("outcome", "reason", "verdict", "area", "after")}
    if wanted["area"] and not (request.scope.is_portfolio or request.scope.covers(wanted["area"])):
        raise Http404
    book = rulebook_of(run.rulebook)
    rule = next((rule for rule in book.rules if rule.id == wanted["reason"]), None)
    page = decided_people(programme, month, request.scope, **wanted)
    context = {"run": run, "page": page, "rule": rule, "path": area_path(wanted["area"]), **wanted}
    return render(request, "pages/month_people.html", context)


def _index(runs: list[Run], wanted: str) -> int:
    """Where the wanted month is among the runs: the last one unless another is named."""
    if not wanted:
        return len(runs) - 1
    try:
        day = Month.parse(wanted).first_day
    except CeibaError as error:
        raise Http404 from error
    found = [index for index, run in enumerate(runs) if run.month == day]
    if not found:
        raise Http404
    return found[0]
