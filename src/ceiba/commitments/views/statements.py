"""Pasting a statement, and going through what was read in it one by one: entered as corrected, or dismissed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.commitments.entry_forms import AnswerForm, DeliveryForm, SourceForm, TermsForm
from ceiba.commitments.models import Source
from ceiba.commitments.selectors.parties import parties
from ceiba.commitments.selectors.register import register, sees_unconfirmed
from ceiba.commitments.selectors.statements import Found, sources_in, statement_read
from ceiba.commitments.services import (
    answer_enter,
    candidate_dismiss,
    commitment_enter,
    delivery_enter,
    source_record,
)
from ceiba.commitments.spoken import subject
from ceiba.commitments.views.entering import entered
from ceiba.core.commitments import Kind
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.statements import Act
from ceiba.web.words import language

LISTED = 100


@require(Action.VIEW_COMMITMENTS)
@require_safe
def index(request: SignedRequest) -> HttpResponse:
    """The sources, the last first; for those who do not see them there is no such page."""
    if not sees_unconfirmed(request.scope):
        raise Http404
    sources = sources_in(request.scope).defer("text").order_by("-pk")[:LISTED]
    may_record = may(request.user, Action.RECORD_COMMITMENTS)
    return render(request, "commitments/statements.html", {"sources": sources, "may_record": may_record})


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def paste(request: SignedRequest) -> HttpResponseBase:
    """Paste a statement; without a text, go on by hand."""
    form = SourceForm(request.POST or None, initial={"language": language()})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            source = source_record(given=form.given(), actor=request.user, today=timezone.now().date())
        except CeibaError as error:
            problems = error.text(language()).splitlines()
        else:
            by_hand = f"{reverse('commitments:new')}?source={source.pk}"
            return redirect("commitments:statement", pk=source.pk) if source.text else redirect(by_hand)
    context = {"forms": (form,), "problems": problems, "title": _("Paste a statement"), "is_source": True}
    return render(request, "commitments/form.html", context, status=422 if request.method == "POST" else 200)


@require(Action.VIEW_COMMITMENTS)
@require_safe
def statement(request: SignedRequest, pk: int) -> HttpResponse:
    """A statement as it is read: candidates with their reasons and doubts, and what was passed over and why."""
    context = {
        "read": statement_read(_source(request, pk)),
        "parties": parties(),
        "may_record": may(request.user, Action.RECORD_COMMITMENTS),
    }
    return render(request, "commitments/statement.html", context)


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def take(request: SignedRequest, pk: int, place: int) -> HttpResponseBase:
    """A candidate as a form: what was read is filled in, what could not be told is left to the person."""
    source = _source(request, pk)
    found = _candidate(source, place)
    back = reverse("commitments:statement", args=[pk])
    if found.settled is not None:
        messages.info(request, _("That one has been looked at already."))
        return redirect(back)
    actor, today = request.user, timezone.now().date()
    data: dict[str, Any] = {"sources": [source], "initial": _initial(found, source)}
    context = {"found": found, "source": source, "title": _("Enter what was read"), "parties": parties()}
    if found.candidate.act == Act.ANSWER:
        answer = AnswerForm(request.POST or None, commitments=_confirmed(request, proposals=True), **data)
        return entered(
            request,
            (answer,),
            lambda: answer_enter(
                commitment=int(answer.cleaned_data["of"]), given=answer.given(), actor=actor, today=today
            ),
            context,
            back,
        )
    if found.candidate.act == Act.DELIVERY:
        delivery = DeliveryForm(request.POST or None, commitments=_confirmed(request), **data)
        return entered(
            request,
            (delivery,),
            lambda: delivery_enter(
                commitment=int(delivery.cleaned_data["of"]), given=delivery.given(), actor=actor, today=today
            ),
            context,
            back,
        )
    terms = TermsForm(request.POST or None, parties=parties(), **data)
    return entered(
        request,
        (terms,),
        lambda: commitment_enter(given=terms.given(), actor=actor, today=today),
        context,
        back,
    )


@require(Action.RECORD_COMMITMENTS)
@require_POST
def dismiss(request: SignedRequest, pk: int, place: int) -> HttpResponseBase:
    """Say that a candidate is none."""
    found = _candidate(_source(request, pk), place)
    if found.settled is None:
        candidate_dismiss(source=pk, place=place, why=request.POST.get("why", ""), actor=request.user)
    return redirect("commitments:statement", pk=pk)


def _source(request: SignedRequest, pk: int) -> Source:
    found = sources_in(request.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _candidate(source: Source, place: int) -> Found:
    found = next((each for each in statement_read(source).found if each.candidate.at == place), None)
    if found is None:
        raise Http404
    return found


def _confirmed(request: SignedRequest, *, proposals: bool = False) -> list[tuple[str, Any]]:
    """The confirmed commitments that something may be said of, to choose from."""
    found = register(request.scope, timezone.now().date())
    return [
        (str(each.number), f"{each.number} · {subject(each.terms)}")
        for each in found
        if each.is_confirmed and (each.terms.kind == Kind.PROPOSAL or not proposals)
    ]


def _initial(found: Found, source: Source) -> dict[str, Any]:
    """What was read, as the forms' fields are called."""
    candidate = found.candidate
    quantity = None if candidate.quantity is None else f"{candidate.quantity:,}"
    return {
        "source": source.pk,
        "sentence": found.sentence,
        "found_at": candidate.at,
        "promiser": candidate.by,
        "receiver": candidate.to,
        "kind": candidate.kind.value,
        "quantity": quantity,
        "unit": candidate.unit,
        f"subject_{source.language}": candidate.subject,
        "said_on": candidate.said_on,
        "due_on": candidate.due_on,
        "on": candidate.said_on,
        "said": candidate.answered.value if candidate.answered else "",
        "note": candidate.subject if candidate.act == Act.DELIVERY else "",
    }
