"""What is held of a person, requests that it be erased, and the second person's decision."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.privacy.models import Erasure
from ceiba.privacy.selectors.bars import bars_of
from ceiba.privacy.selectors.held import told_of
from ceiba.privacy.selectors.requests import erasure_in, erasures_in, erasures_of, files_left
from ceiba.privacy.services.erasing import erasure_confirm
from ceiba.privacy.services.requests import erasure_ask, erasure_refuse, erasure_withdraw
from ceiba.privacy.states import AskedFor, ErasureState, RefusedFor
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.web.outcome import outcome_told
from ceiba.web.words import language

PAGE_ROWS: Final = 200
register_messages(
    {
        "erasure.code_typed": {
            "es": "Escriba la clave de la persona, tal como está arriba: no se puede deshacer.",
            "en": "Type the person’s code as it stands above: it cannot be undone.",
        },
    }
)


@require(Action.VIEW_ERASURES)
def index(request: SignedRequest) -> HttpResponse:
    """The requests for people of the scope: those that wait first."""
    rows = list(erasures_in(request.scope)[:PAGE_ROWS])
    waiting = [row for row in rows if row.state == ErasureState.ASKED]
    done = [row for row in rows if row.state != ErasureState.ASKED]
    return render(request, "privacy/index.html", {"waiting": waiting, "done": done})


@require(Action.VIEW_ERASURES)
def person(request: SignedRequest, code: str) -> HttpResponse:
    """What is held of a person, what would go and what would stay; and the form that asks for it."""
    return render(request, "privacy/person.html", _of_person(request, _reached(request, code)))


@require(Action.ERASE_DATA)
def ask(request: SignedRequest, code: str) -> HttpResponseBase:
    """Ask for a person's data to be erased; only a form that is sent does. Refused, the page says why."""
    found = _reached(request, code)
    if request.method != "POST":
        return redirect("privacy:person", code=code)
    try:
        made = _ask(request, found, request.POST.get("reason", ""))
    except CeibaError as error:
        context = _of_person(request, found) | {"problem": error.text(language())}
        return render(request, "privacy/person.html", context, status=422)
    return redirect("privacy:one", pk=made.pk)


@require(Action.OWN_ERASURE)
def mine(request: SignedRequest) -> HttpResponse:
    """What is held of oneself."""
    return render(request, "privacy/person.html", _of_person(request, _own(request)) | {"is_own": True})


@require(Action.OWN_ERASURE)
def ask_own(request: SignedRequest) -> HttpResponseBase:
    """Ask for one's own data to be erased; an office confirms."""
    if request.method != "POST":
        return redirect("privacy:mine")
    try:
        _ask(request, _own(request), AskedFor.PERSON_ASKED)
    except CeibaError as error:
        context = _of_person(request, _own(request)) | {"is_own": True, "problem": error.text(language())}
        return render(request, "privacy/person.html", context, status=422)
    return redirect("privacy:mine")


@require(Action.OWN_ERASURE)
def withdraw_own(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Take one's own request back."""
    found = erasure_in(request.scope, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        with outcome_told(request):
            erasure_withdraw(erasure=pk, actor=request.user, at=timezone.now())
    return redirect("privacy:mine")


@require(Action.VIEW_ERASURES)
def one(request: SignedRequest, pk: int) -> HttpResponse:
    """One request: who asked and why, what would go and stay as of now, or what went; and the decision."""
    return render(request, "privacy/one.html", _of_request(request, _found(request, pk)))


@require(Action.ERASE_DATA)
def decide(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Confirm, refuse or take back; only a form that is sent does. Refused, the page says why."""
    found = _found(request, pk)
    if request.method != "POST":
        return redirect("privacy:one", pk=pk)
    try:
        _decide(request, found)
    except CeibaError as error:
        context = _of_request(request, _found(request, pk)) | {"problem": error.text(language())}
        return render(request, "privacy/one.html", context, status=422)
    return redirect("privacy:one", pk=pk)


def _decide(request: SignedRequest, found: Erasure) -> None:
    act, at = request.POST.get("act", ""), timezone.now()
    if act == "confirm":
        if request.POST.get("code", "").strip().upper() != found.participant.code.upper():
            raise CeibaError(Problem("erasure.code_typed"))
        erasure_confirm(erasure=found.pk, actor=request.user, at=at)
        messages.success(request, _("Erased. Files that nothing names any more are being removed."))
    elif act == "refuse":
        reason = request.POST.get("reason", "")
        erasure_refuse(erasure=found.pk, reason=reason, actor=request.user, at=at)
    elif act == "withdraw":
        erasure_withdraw(erasure=found.pk, actor=request.user, at=at)
    else:
        raise Http404


def _ask(request: SignedRequest, found: Participant, reason: str) -> Erasure:
    made = erasure_ask(participant=found, reason=reason, actor=request.user, at=timezone.now())
    messages.success(request, _("Asked for. Nothing is erased before a second person confirms it."))
    return made


def _reached(request: SignedRequest, code: str) -> Participant:
    found = person_in(request.scope, code)
    if found is None:
        raise Http404
    return found


def _own(request: SignedRequest) -> Participant:
    return _reached(request, request.user.code)


def _found(request: SignedRequest, pk: int) -> Erasure:
    found = erasure_in(request.scope, pk)
    if found is None:
        raise Http404
    return found


def _of_person(request: SignedRequest, found: Participant) -> dict[str, Any]:
    goes, stays = told_of(found, timezone.now())
    requests = erasures_of(found.pk)
    is_live = any(each.state in (ErasureState.ASKED, ErasureState.CONFIRMED) for each in requests)
    return {
        "person": found,
        "goes": goes,
        "stays": stays,
        "bars": _bars(found),
        "requests": requests,
        "may_ask": not is_live
        and (may(request.user, Action.ERASE_DATA) or may(request.user, Action.OWN_ERASURE)),
        "reasons": list(AskedFor),
    }


def _of_request(request: SignedRequest, found: Erasure) -> dict[str, Any]:
    waits = found.state == ErasureState.ASKED
    goes, stays = told_of(found.participant, timezone.now())
    acts = waits and may(request.user, Action.ERASE_DATA)
    is_own = found.asked_by_id == request.user.pk
    return {
        "erasure": found,
        "person": found.participant,
        "goes": goes,
        "stays": stays,
        "bars": _bars(found.participant) if waits else [],
        "decides": acts and not is_own,
        "takes_back": acts and is_own,
        "refusals": list(RefusedFor),
        "files_left": len(files_left(found.pk)),
    }


def _bars(found: Participant) -> list[str]:
    """What stands in the way, in words; nothing for somebody who is erased already."""
    bars = [] if found.erased_at else bars_of(found.pk)
    return [Problem(f"erasure.{bar}").text(language()) for bar in bars]
