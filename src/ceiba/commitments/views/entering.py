"""Entering by hand: a commitment, a correction, a delivery, an answer, a retraction. Each waits for somebody."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.commitments.entry_forms import AnswerForm, CitedForm, DeliveryForm, TermsForm, WhyForm
from ceiba.commitments.models import Entry, Terms
from ceiba.commitments.selectors.entries import entries_in
from ceiba.commitments.selectors.parties import parties
from ceiba.commitments.selectors.standing import terms_of
from ceiba.commitments.selectors.statements import sources_in
from ceiba.commitments.services import (
    answer_enter,
    commitment_correct,
    commitment_enter,
    delivery_enter,
    entry_retract,
)
from ceiba.commitments.spoken import subject
from ceiba.core.kernel.errors import CeibaError
from ceiba.web.words import language


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def new(request: SignedRequest) -> HttpResponseBase:
    """A commitment by hand."""
    form = TermsForm(
        request.POST or None,
        sources=sources_in(request.scope).order_by("-pk"),
        parties=parties(),
        initial={"source": request.GET.get("source", "")},
    )
    return entered(
        request,
        (form,),
        lambda: commitment_enter(given=form.given(), actor=request.user, today=timezone.now().date()),
        {"title": _("Enter a commitment"), "is_new": True},
    )


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def correct(request: SignedRequest, number: int) -> HttpResponseBase:
    """Other terms for a confirmed commitment, and why."""
    terms = _held(number)
    form = TermsForm(
        request.POST or None,
        sources=sources_in(request.scope).order_by("-pk"),
        parties=parties(),
        initial=_initial(terms),
    )
    why = WhyForm(request.POST or None)
    return entered(
        request,
        (form, why),
        lambda: commitment_correct(
            commitment=number,
            given=form.given(),
            why=why.cleaned_data["why"],
            actor=request.user,
            today=timezone.now().date(),
        ),
        {"title": _("Correct the commitment"), "terms": terms},
    )


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def delivery(request: SignedRequest, number: int) -> HttpResponseBase:
    """Evidence that something of a confirmed commitment was delivered."""
    terms = _held(number)
    form = DeliveryForm(
        request.POST or None,
        sources=sources_in(request.scope).order_by("-pk"),
        commitments=[(str(number), subject(terms))],
        initial={"unit": terms.unit},
    )
    return entered(
        request,
        (form,),
        lambda: delivery_enter(
            commitment=number, given=form.given(), actor=request.user, today=timezone.now().date()
        ),
        {"title": _("Record a delivery"), "terms": terms},
    )


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def answer(request: SignedRequest, number: int) -> HttpResponseBase:
    """What was said of a confirmed proposal, or that a promise was taken back."""
    terms = _held(number)
    form = AnswerForm(
        request.POST or None,
        sources=sources_in(request.scope).order_by("-pk"),
        commitments=[(str(number), subject(terms))],
    )
    return entered(
        request,
        (form,),
        lambda: answer_enter(
            commitment=number, given=form.given(), actor=request.user, today=timezone.now().date()
        ),
        {"title": _("Record an answer"), "terms": terms},
    )


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def retract(request: SignedRequest, pk: int) -> HttpResponseBase:
    """That a delivery or an answer does not hold."""
    found = entries_in(request.scope).filter(pk=pk).exclude(kind="terms").first()
    if found is None:
        raise Http404
    why = WhyForm(request.POST or None)
    return entered(
        request,
        (why,),
        lambda: entry_retract(entry=pk, why=why.cleaned_data["why"], actor=request.user),
        {"title": _("It does not hold"), "terms": terms_of(found.commitment_id)},
    )


def entered(
    request: SignedRequest,
    forms_: tuple[forms.Form, ...],
    act: Callable[[], Entry],
    context: dict[str, Any],
    back: str = "",
) -> HttpResponseBase:
    """Show the forms, or enter what was sent and go on: to `back`, or to what now waits for another person."""
    problems: list[str] = []
    if request.method == "POST" and all(form.is_valid() for form in forms_):
        try:
            entry = act()
        except CeibaError as error:
            problems = error.text(language()).splitlines()
        else:
            messages.success(request, _("Entered. Somebody else confirms it."))
            return redirect(back) if back else redirect("commitments:entry", pk=entry.pk)
    status = 422 if request.method == "POST" else 200
    shown = {"forms": forms_, "problems": problems, **context}
    return render(request, "commitments/form.html", shown, status=status)


def _held(number: int) -> Terms:
    terms = terms_of(number)
    if terms is None:
        raise Http404
    return terms


def _initial(terms: Terms) -> dict[str, Any]:
    names = (*TermsForm.base_fields, *CitedForm.base_fields)
    values = {name: getattr(terms, name) for name in names if name not in ("source", "promiser", "receiver")}
    quantity = None if terms.quantity is None else f"{terms.quantity:,.2f}".removesuffix(".00")
    own = {"source": terms.source_id, "promiser": terms.promiser_id, "receiver": terms.receiver_id}
    return values | own | {"quantity": quantity}
