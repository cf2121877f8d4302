"""What phones propose: the list of what is to be decided, a proposal beside what holds, and the decision."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.entities import LISTS
from ceiba.core.kernel.errors import CeibaError
from ceiba.entities.models import Proposal, ProposalState
from ceiba.entities.selectors.proposals import (
    label_of_row,
    labels_of,
    land_now,
    land_proposed,
    lines_of,
    new_beside,
    proposals_in,
    proposals_page,
    row_with,
    values_of,
)
from ceiba.entities.services import proposal_accept, proposal_refuse
from ceiba.web.plot_drawing import drawing_of
from ceiba.web.sent import row_number
from ceiba.web.words import language


@require(Action.VIEW_CHANGES)
def proposals(request: SignedRequest) -> HttpResponse:
    """What is to be decided, what has waited longest first; or what was decided."""
    asked, after = request.GET.get("state", ""), request.GET.get("after", "")
    state = asked if asked in ProposalState.values else ProposalState.OPEN.value
    page = proposals_page(request.scope, state, row_number(after))
    context = {
        "state": state,
        "states": ProposalState.values,
        "page": page,
        "after": after,
        "labels": labels_of(page.rows),
    }
    return render(request, "entities/proposals.html", context)


@require(Action.VIEW_CHANGES)
def proposal(request: SignedRequest, pk: int) -> HttpResponse:
    """A proposal beside what holds, and, for an office, the buttons that decide it.

    Somebody new, or a plot, has a page of its own, where an office enters it: what the form wrote stands above us.
    """
    found = _found(request, pk)
    is_own = found.update.sent_by_id == request.user.pk
    decides = may(request.user, Action.DECIDE_CHANGES) and not is_own
    if decides and found.enters and found.state == ProposalState.OPEN and not _enrolment_beside(found):
        return redirect("review:enrolment", proposal=pk)
    return _shown(request, found)


@require(Action.DECIDE_CHANGES)
def decide(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Accept or refuse; only a form that is sent does."""
    found = _found(request, pk)
    if request.method != "POST":
        return redirect("entities:proposal", pk=pk)
    actor, now = request.user, timezone.now()
    try:
        if request.POST.get("decision") == "accept":
            proposal_accept(proposal=pk, actor=actor, now=now, code=request.POST.get("code", ""))
            messages.success(
                request, _("Accepted. The register says it now, and phones with their next fetch.")
            )
        else:
            proposal_refuse(proposal=pk, actor=actor, now=now, why=request.POST.get("why", "")[:2_000])
            messages.success(request, _("Refused. Phones go back to what the register says."))
    except CeibaError as error:
        return _shown(request, found, error)
    return redirect("entities:proposals")


def _found(request: SignedRequest, pk: int) -> Proposal:
    """The proposal, or nothing at all: outside the scope there is none."""
    found = proposals_in(request.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _enrolment_beside(found: Proposal) -> Proposal | None:
    """The enrolment of the person with whom a new plot came, and with whom it goes into the register."""
    return next(iter(new_beside(found, "participants")), None) if found.enters else None


def _shown(request: SignedRequest, found: Proposal, error: CeibaError | None = None) -> HttpResponse:
    now, walked = land_now(found), land_proposed(found)
    shapes = {"now": now.shape if now else None, "proposed": walked.shape if walked else None}
    values = values_of(found.entity)
    is_new = found.entity.row is None and found.entity.list_name in LISTS
    code = request.POST.get("code") or values.get("code", "")
    row = row_with(found.entity.list_name, code, request.scope) if is_new else None
    context = {
        "proposal": found,
        "label": values["label"],
        "lines": lines_of(found),
        "is_new": is_new,
        "enrolment": _enrolment_beside(found),
        "code": code,
        "named": "" if row is None else label_of_row(found.entity.list_name, row),
        "why": request.POST.get("why", ""),
        "now": now,
        "walked": walked,
        "phone_ha": found.proposed.get("measured_ha", "") if walked else "",
        "drawing": drawing_of(shapes) if walked else None,
        "is_own": found.update.sent_by_id == request.user.pk,
        "may_decide": may(request.user, Action.DECIDE_CHANGES),
        "may_submissions": may(request.user, Action.VIEW_SUBMISSIONS),
        "problems": error.text(language()).splitlines() if error else (),
    }
    return render(request, "entities/proposal.html", context, status=422 if error else 200)
