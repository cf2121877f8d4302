"""Entering who pays, and deciding what somebody else entered."""

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.funding.entering import KINDS, Asked, programme_of
from ceiba.funding.forms import EntryForm
from ceiba.funding.models import Disbursement, Division, Entry
from ceiba.funding.selectors import covers_place, manages, standing
from ceiba.funding.services import deposit_match_ask, entry_decide
from ceiba.funding.told import told
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.web.words import language


@require(Action.MANAGE_FUNDING)
def enter(request: SignedRequest, programme: str, kind: str) -> HttpResponseBase:
    """A form for a new entry, or for a correction (`?replaces=`); sent as POST, it is entered and waits."""
    asked = _asked(request, programme, kind)
    if request.method != "POST":
        form = asked.form(None, agreement=request.GET.get("agreement", ""))
        return render(request, "funding/enter.html", {"asked": asked, "form": form})
    form = asked.form(request.POST)
    if form.is_valid() and _entered(request, asked, form):
        messages.success(request, _("Entered. It holds once somebody else confirms it."))
        return redirect("funding:index")
    return render(request, "funding/enter.html", {"asked": asked, "form": form}, status=422)


@require(Action.MANAGE_FUNDING)
def decide(request: SignedRequest, programme: str, kind: str, entry: int) -> HttpResponseBase:
    """What somebody entered, whole; sent as POST by somebody else, it is confirmed or refused."""
    asked = _asked(request, programme, kind)
    found = _found(request, asked, entry)
    problem = ""
    if request.method == "POST":
        accepted = request.POST.get("decision") == "accept"
        try:
            decided = entry_decide(entry=found, accepted=accepted, by=request.user, now=timezone.now())
        except CeibaError as error:
            problem = error.text(language())
        else:
            if accepted and isinstance(decided, Disbursement):
                deposit_match_ask(disbursement=decided)
            messages.success(request, _("Confirmed.") if accepted else _("Refused."))
            return redirect("funding:index")
    context = {
        "asked": asked,
        "entry": found,
        "lines": told(found, asked.book),
        "before": dict(told(found.replaces, asked.book)) if found.replaces else {},
        "is_own": found.entered_by_id == request.user.pk,
        "problem": problem,
    }
    return render(request, "funding/decide.html", context, status=422 if problem else 200)


def _asked(request: SignedRequest, programme: str, kind: str) -> Asked:
    """What is to be entered or decided; nothing (404) of a programme that the office does not manage."""
    found = get_object_or_404(Programme, pk=programme)
    book = rulebook_of(latest_version(programme))
    if kind not in KINDS or not manages(request.scope, book):
        raise Http404
    asked = Asked(found, book, kind, request.scope)
    replaces = request.GET.get("replaces", "")
    if not replaces:
        return asked
    if not replaces.isdigit():
        raise Http404
    return Asked(found, book, kind, request.scope, _found(request, asked, int(replaces), stands=True))


def _found(request: SignedRequest, asked: Asked, entry: int, *, stands: bool = False) -> Entry:
    """An entry of the programme within the office's reach."""
    model = KINDS[asked.kind]
    rows = standing(model) if stands else model._default_manager.all()
    found: Entry = get_object_or_404(rows, pk=entry)
    if programme_of(found) not in (asked.programme.pk, None):
        raise Http404
    if isinstance(found, Division) and not covers_place(request.scope, asked.book, found.area):
        raise Http404
    return found


def _entered(request: SignedRequest, asked: Asked, form: EntryForm) -> bool:
    """Whether the form was entered; what is wrong is added to it."""
    area = form.cleaned_data.get("area")
    if area is not None and not covers_place(request.scope, asked.book, area):
        form.add_error("area", _("Part of it lies outside your areas."))
        return False
    try:
        asked.enter(form, request.user, timezone.now())
    except CeibaError as error:
        for problem in error.problems:
            column = problem.where.column
            said = Problem(problem.code, values=problem.values).text(language())  # its place is the field
            form.add_error(column if column in form.fields else None, said)
        return False
    return True
