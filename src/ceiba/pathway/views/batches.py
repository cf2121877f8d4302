"""What an office does with a batch: opens it, writes down its outside number, offers places, records what came back.

Closing, drawing, and that nobody answered come by themselves (`services.due`).
"""

from collections.abc import Callable

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.referrals import Moved, Said
from ceiba.pathway.entry_forms import AnswerForm, BatchForm, MovementForm, NumberForm, ReferForm
from ceiba.pathway.models import Batch
from ceiba.pathway.selectors.batches import OnList, batches, people_of
from ceiba.pathway.selectors.sharing import recipients
from ceiba.pathway.selectors.stages import pathway_programmes
from ceiba.pathway.services import (
    answer_record,
    batch_open,
    movement_record,
    outside_number_record,
    places_refer,
)
from ceiba.pathway.views.acts import act
from ceiba.registry.models import Area


@require(Action.MANAGE_REFERRALS)
@require_http_methods(["GET", "POST"])
def new(request: SignedRequest) -> HttpResponseBase:
    """Open a batch for an area of one's own."""
    form = BatchForm(
        request.POST or None,
        pathways=pathway_programmes(),
        recipients=recipients(),
        areas=Area.objects.filter(request.scope.areas_q("code")).defer("geometry").order_by("code"),
    )
    opened: list[Batch] = []
    if act(
        request,
        form,
        lambda: opened.append(batch_open(terms=form.terms(), by=request.user, now=timezone.now())),
        _("The batch is open. What its order will follow from is published."),
    ):
        return redirect("pathway:batch", pk=opened[0].pk)
    return render(request, "pathway/new.html", {"form": form, "recipients": recipients()})


@require(Action.MANAGE_REFERRALS)
def number(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Write down the outside number, or correct it until the list is drawn."""
    batch, form = _own(request, pk), NumberForm(request.POST)
    done = _("Published. The order is drawn with it tomorrow (UTC); until then it can be corrected.")
    return _acted(request, batch, form, done, lambda: outside_number_record(
        batch=batch, **form.cleaned_data, by=request.user, now=timezone.now()
    ))  # fmt: skip


@require(Action.MANAGE_REFERRALS)
def refer(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Offer the free places to the next in the order."""
    batch, form = _own(request, pk), ReferForm(request.POST)
    done = _("The free places are offered to the next in the order.")
    return _acted(request, batch, form, done, lambda: places_refer(
        batch=batch, answer_by=form.cleaned_data["answer_by"], by=request.user, now=timezone.now()
    ))  # fmt: skip


@require(Action.MANAGE_REFERRALS)
def answer(request: SignedRequest, pk: int, number: str) -> HttpResponseBase:
    """Record what came back of a referral."""
    batch, form = _own(request, pk), AnswerForm(request.POST)
    who = _who(request, batch, number)

    def record() -> None:
        data = form.cleaned_data
        answer_record(
            who=who, said=Said(data["said"]), on=data["on"], source=data["source"], why=data["why"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip

    return _acted(request, batch, form, _("Recorded."), record)


@require(Action.MANAGE_REFERRALS)
def movement(request: SignedRequest, pk: int, number: str) -> HttpResponseBase:
    """Record a departure, a return home or a no-show."""
    batch, form = _own(request, pk), MovementForm(request.POST)
    who = _who(request, batch, number)

    def record() -> None:
        data = form.cleaned_data
        movement_record(
            who=who, moved=Moved(data["moved"]), on=data["on"], source=data["source"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip

    return _acted(request, batch, form, _("Recorded."), record)


def _acted(
    request: SignedRequest, batch: Batch, form: forms.Form, done: str, do: Callable[[], object]
) -> HttpResponseBase:
    act(request, form, do, done)
    return redirect("pathway:batch", pk=batch.pk)


def _own(request: SignedRequest, pk: int) -> Batch:
    """A batch of an area that the office has whole; of another there is nothing to do."""
    found = batches().filter(pk=pk).first()
    if found is None or not request.scope.covers(found.area_code):
        raise Http404
    return found


def _who(request: SignedRequest, batch: Batch, number: str) -> OnList:
    for each in people_of(batch, request.scope):
        if each.entry.number == number:
            return each
    raise Http404
