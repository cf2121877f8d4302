"""What one person was paid, for whoever looks after them and for themselves; and their pay held back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.payment_run import HoldCause
from ceiba.payments.selectors.person import hold_in, holds_in, holds_of, person_paid
from ceiba.payments.services.holds import hold_lift, hold_place
from ceiba.payments.views.board import permitted
from ceiba.payments.views.run import CODE_MAX, NOTE_MAX
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.web.outcome import outcome_told

HOLDS_MAX = 200


@require(Action.VIEW_MONEY)
def person(request: SignedRequest, code: str) -> HttpResponse:
    """A person's account: each month's list, what was paid of it and when, what is on its way, what was refused."""
    found = _person(request, code)
    holds = holds_of(found.pk)
    held = [hold.programme_id for hold in holds if hold.lifted_at is None]
    enrolled = found.enrolments.select_related("programme").order_by("programme_id")
    context = {
        "person": found,
        "months": person_paid(found.pk),
        "holds": holds,
        "own": request.user.role == Role.PARTICIPANT,
        "causes": list(HoldCause),
        "programmes": [each.programme for each in enrolled if each.programme_id not in held],
        **permitted(request),
    }
    return render(request, "payments/person.html", context)


@require(Action.VIEW_RUNS)
def holds(request: SignedRequest) -> HttpResponse:
    """Whose pay is held, by whom and why; or was."""
    lifted, code = request.GET.get("state") == "lifted", request.GET.get("code", "").strip()[:CODE_MAX]
    rows = holds_in(request.scope, lifted=lifted, code=code)
    context = {
        "holds": rows[:HOLDS_MAX],
        "count": rows.count(),
        "most": HOLDS_MAX,
        "lifted": lifted,
        "code": code,
        **permitted(request),
    }
    return render(request, "payments/holds.html", context)


@require(Action.HOLD_PAYMENTS)
def hold(request: SignedRequest, code: str) -> HttpResponseBase:
    """Keep a person's pay back, with its cause; only a form that is sent does."""
    found = _person(request, code)
    cause, programme = request.POST.get("cause", ""), request.POST.get("programme", "")
    enrolled = found.enrolments.filter(programme=programme).exists()
    if request.method == "POST" and not (cause in list(HoldCause) and enrolled):
        messages.error(request, _("Choose the cause, and a programme that the person is in."))
    elif request.method == "POST":
        note = request.POST.get("note", "")[:NOTE_MAX]
        with outcome_told(request, _("Held: no run that is drafted from now on pays this person.")):
            hold_place(
                programme=programme, participant_id=found.pk, cause=HoldCause(cause), note=note,
                actor=request.user, at=timezone.now(),
            )  # fmt: skip
    return redirect("payments:person", code=code)


@require(Action.HOLD_PAYMENTS)
def lift(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Let a person's pay go; only a form that is sent does."""
    found = hold_in(request.scope, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        note = request.POST.get("note", "")[:NOTE_MAX]
        with outcome_told(request, _("Let go: the next run pays what is due.")):
            hold_lift(hold_id=pk, note=note, actor=request.user, at=timezone.now())
    return redirect("payments:person", code=found.participant.code)


def _person(request: SignedRequest, code: str) -> Participant:
    """The person, or nothing at all: outside the scope there is nobody."""
    found = person_in(request.scope, code)
    if found is None:
        raise Http404
    return found
