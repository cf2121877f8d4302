"""One payment, and taking one person out of a run."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.payment_run import PaymentState
from ceiba.payments.models import Payment
from ceiba.payments.said import Hears
from ceiba.payments.selectors.one import payment_in, payment_whole
from ceiba.payments.selectors.run_page import shown_state
from ceiba.payments.services.runs import BEFORE_SENT, payment_cancel
from ceiba.payments.views.board import permitted
from ceiba.payments.views.run import NOTE_MAX
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.web.outcome import outcome_told


@require(Action.VIEW_RUNS)
def payment(request: SignedRequest, pk: UUID, hears: Hears) -> HttpResponse:
    """What a payment pays, why, out of whose money, and what the bank said."""
    found = _payment(request, pk)
    whole = payment_whole(found)
    book = rulebook_of(latest_version(found.programme_id))
    context = {
        "payment": found,
        "whole": whole,
        "heard": hears(found),
        "attempts": [(each, shown_state(each, each.run)) for each in whole.attempts],
        "components": {component.id: component.name for component in book.components},
        "currency": found.run.currency,
        "may_take_out": may(request.user, Action.PREPARE_RUN)
        and found.state == PaymentState.ORDERED
        and found.run.state in BEFORE_SENT,
        **permitted(request),
    }
    return render(request, "payments/payment.html", context)


@require(Action.PREPARE_RUN)
def take_out(request: SignedRequest, pk: UUID) -> HttpResponseBase:
    """Take one person out of a run that is not sent, with a reason; only a form that is sent does."""
    found = _payment(request, pk)
    if request.method == "POST":
        note = request.POST.get("note", "")[:NOTE_MAX]
        with outcome_told(request, _("Taken out of the run. What is due stays due; another run can pay it.")):
            payment_cancel(payment_id=str(pk), actor=request.user, note=note, at=timezone.now())
    return redirect("payments:payment", pk=found.pk)


def _payment(request: SignedRequest, pk: UUID) -> Payment:
    found = payment_in(request.scope, pk)
    if found is None:
        raise Http404
    return found
