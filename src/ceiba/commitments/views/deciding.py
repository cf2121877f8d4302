"""What waits for a second person, an entry on its own, and the decision."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.commitments.models import Entry
from ceiba.commitments.selectors.entries import Line, body_of, entries_in, waiting
from ceiba.commitments.selectors.parties import parties
from ceiba.commitments.selectors.register import sees_unconfirmed
from ceiba.commitments.selectors.standing import terms_of
from ceiba.commitments.services import entry_confirm, entry_refuse
from ceiba.core.kernel.errors import CeibaError
from ceiba.web.words import language


@require(Action.VIEW_COMMITMENTS)
@require_safe
def waiting_list(request: SignedRequest) -> HttpResponse:
    """What waits, the longest first; for those who do not see it there is no such page."""
    if not sees_unconfirmed(request.scope):
        raise Http404
    lines = [Line(each, "waiting", body_of(each)) for each in waiting(request.scope)]
    terms = {line.entry.commitment_id: terms_of(line.entry.commitment_id) for line in lines}
    context = {"lines": lines, "terms": terms, "parties": parties()}
    return render(request, "commitments/waiting.html", context)


@require(Action.VIEW_COMMITMENTS)
@require_safe
def entry(request: SignedRequest, pk: int) -> HttpResponse:
    """An entry beside what it would change, and for another person the buttons that decide it."""
    return _shown(request, _found(request, pk))


@require(Action.RECORD_COMMITMENTS)
def decide(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Confirm or refuse; only a form that is sent does."""
    found = _found(request, pk)
    if request.method != "POST":
        return redirect("commitments:entry", pk=pk)
    try:
        if request.POST.get("decision") == "confirm":
            entry_confirm(entry=pk, actor=request.user)
            messages.success(request, _("Confirmed: it holds from now on."))
        else:
            entry_refuse(entry=pk, why=request.POST.get("why", ""), actor=request.user)
            messages.success(request, _("Refused. It stays in the history, with your reason."))
    except CeibaError as error:
        return _shown(request, found, error)
    return redirect("commitments:waiting")


def _found(request: SignedRequest, pk: int) -> Entry:
    found = entries_in(request.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _shown(request: SignedRequest, found: Entry, error: CeibaError | None = None) -> HttpResponse:
    holds = terms_of(found.commitment_id)
    context = {
        "entry": found,
        "body": body_of(found),
        "replaced": body_of(found.replaces) if found.replaces else None,
        "holds": holds if holds and holds.entry_id != found.pk else None,
        "decision": getattr(found, "decision", None),
        "is_own": found.by_id == request.user.pk,
        "may_decide": may(request.user, Action.RECORD_COMMITMENTS),
        "parties": parties(),
        "why": request.POST.get("why", ""),
        "problems": error.text(language()).splitlines() if error else (),
    }
    return render(request, "commitments/entry.html", context, status=422 if error else 200)
