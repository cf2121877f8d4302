"""The office's page of months: what is done, what comes next, and the button that decides it."""

from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.runs.months import decided_months, month_progress
from ceiba.runs.selectors import next_month
from ceiba.runs.services import check_actor, month_ask
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.outcome import outcome_told
from ceiba.web.words import language


@require(Action.RUN_MONTH)
def index(request: SignedRequest) -> HttpResponseBase:
    """To the months of the programme that is named, or of the first."""
    offered = programmes()
    chosen = request.GET.get("programme") or (offered[0].code if offered else "")
    if not chosen:
        return render(request, "runs/none.html")
    _known(chosen)
    return redirect("runs:months", programme=chosen)


@require(Action.RUN_MONTH)
def months(request: SignedRequest, programme: str) -> HttpResponse:
    """The months of a programme."""
    return render(request, "runs/months.html", _context(request, programme, timezone.now()))


@require(Action.RUN_MONTH)
def progress(request: SignedRequest, programme: str, month: date) -> HttpResponseBase:
    """How a month that was asked for stands, as a part of the page; nothing while the page shows it already."""
    _known(programme)
    found = month_progress(programme, Month.of(month))
    if found is None:
        raise Http404
    if shows_already(request, found.seen):
        return HttpResponse(status=204)
    if not wants_fragment(request):
        return redirect("runs:months", programme=programme)
    context = _context(request, programme, timezone.now()) | {"shown": found}
    return render(request, "runs/progress.html", context)


@require(Action.RUN_MONTH)
def decide(request: SignedRequest, programme: str, month: date) -> HttpResponseBase:
    """Ask for a month to be decided; only a form that is sent does."""
    _known(programme)
    if request.method == "POST":
        with outcome_told(request):
            month_ask(programme=programme, month=Month.of(month), now=timezone.now(), actor=request.user)
    return redirect("runs:months", programme=programme)


def _known(programme: str) -> None:
    if programme not in {each.code for each in programmes()}:
        raise Http404


def _context(request: SignedRequest, programme: str, now: datetime) -> dict[str, object]:
    _known(programme)
    following = next_month(programme)
    return {
        "programmes": programmes(),
        "programme": programme,
        "book": rulebook_of(latest_version(programme)),
        "next": following,
        "is_open": following is not None and now < following.cutoff,
        "barred": _barred(request.user, programme),
        "progress": month_progress(programme, following.month) if following else None,
        "decided": decided_months(programme, request.scope),
    }


def _barred(user: User, programme: str) -> str:
    """Why this office decides no month of the programme; empty when it does."""
    try:
        check_actor(user, programme)
    except CeibaError as error:
        return error.text(language())
    return ""
