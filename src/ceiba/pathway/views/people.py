"""A person's dossier: what they share, who looked, and where they are on a list. Their own page, and the office's."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.dossier import WITH_OFFICE, Part, until_last
from ceiba.pathway.entry_forms import ConsentForm
from ceiba.pathway.models import Consent
from ceiba.pathway.selectors.batches import turns_of
from ceiba.pathway.selectors.sharing import consents_of, looks_of, recipients
from ceiba.pathway.selectors.stages import pathways_of
from ceiba.pathway.services import consent_give, consent_withdraw
from ceiba.pathway.views.acts import act
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.service_record.selectors import seasons_of_person

LOOKS_SHOWN = 200


@require(Action.OWN_DOSSIER)
def mine(request: SignedRequest) -> HttpResponse:
    """One's own dossier."""
    return render(request, "pathway/person.html", _dossier(_own(request)) | {"is_own": True, "may_act": True})


@require(Action.OWN_DOSSIER)
def agree(request: SignedRequest) -> HttpResponseBase:
    """Share something of oneself."""
    _given(request, _own(request), with_office=False)
    return redirect("pathway:mine")


@require(Action.OWN_DOSSIER)
def withdraw(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Stop sharing, at once."""
    _taken(request, _own(request), pk)
    return redirect("pathway:mine")


@require(Action.VIEW_PATHWAY)
def person(request: SignedRequest, code: str) -> HttpResponse:
    """The dossier of somebody in the scope, for the office and auditors."""
    context = _dossier(_reached(request, code)) | {"may_act": may(request.user, Action.MANAGE_REFERRALS)}
    return render(request, "pathway/person.html", context)


@require(Action.MANAGE_REFERRALS)
def agree_with_office(request: SignedRequest, code: str) -> HttpResponseBase:
    """Write down what a person who is present agrees to share, and how it was told to them."""
    _given(request, _reached(request, code), with_office=True)
    return redirect("pathway:person", code=code)


@require(Action.MANAGE_REFERRALS)
def withdraw_with_office(request: SignedRequest, code: str, pk: int) -> HttpResponseBase:
    """Stop sharing at a person's word."""
    _taken(request, _reached(request, code), pk)
    return redirect("pathway:person", code=code)


def _given(request: SignedRequest, person: Participant, *, with_office: bool) -> None:
    form = ConsentForm(request.POST, pathways=pathways_of(person.pk), recipients=recipients())
    act(
        request,
        form,
        lambda: consent_give(
            participant=person, given=form.given(with_office=with_office), by=request.user, now=timezone.now()
        ),
        _(
            "Shared until the day chosen. It can be withdrawn at any time, and every look is written down here."
        ),
    )


def _taken(request: SignedRequest, person: Participant, pk: int) -> None:
    consent = Consent.objects.filter(pk=pk, participant=person).first()
    if consent is None:
        raise Http404
    act(
        request,
        forms.Form(request.POST),
        lambda: consent_withdraw(consent=consent, by=request.user, now=timezone.now()),
        _("Withdrawn: nothing is shown by it from now on."),
    )


def _dossier(person: Participant) -> dict[str, Any]:
    now = timezone.now()
    consents = consents_of(person.pk, now)
    pathways = pathways_of(person.pk)
    names = {(programme.code, stage.id): stage for programme, book in pathways for stage in book.pathway}
    shown = [(each, names.get((each.consent.programme_id, each.consent.stage))) for each in consents]
    turns = turns_of(person.pk)
    return {
        "person": person,
        "live": [pair for pair in shown if pair[0].is_live],
        "earlier": [pair for pair in shown if not pair[0].is_live],
        "looks": looks_of(person.pk)[:LOOKS_SHOWN],
        "turns": [
            (turn, names.get((turn.entry.batch.programme_id, turn.entry.batch.stage))) for turn in turns
        ],
        "seasons": [each for found, _book in pathways for each in seasons_of_person(found.code, person.pk)],
        "parts": [part for part in Part if part != Part.IDENTITY],
        "readings": WITH_OFFICE,
        "form": ConsentForm(pathways=pathways, recipients=recipients()),
        "stages": names.items(),
        "has_recipients": recipients().exists(),
        "today": now.date(),
        "until_last": until_last(now.date()),
    }


def _own(request: SignedRequest) -> Participant:
    return _reached(request, request.user.code)


def _reached(request: SignedRequest, code: str) -> Participant:
    found = person_in(request.scope, code)
    if found is None:
        raise Http404
    return found
