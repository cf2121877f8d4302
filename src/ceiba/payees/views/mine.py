"""A participant's own accounts, and their no."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.payees.selectors import accounts_in, accounts_of_person
from ceiba.payees.services import account_freeze
from ceiba.payees.shown import shown
from ceiba.payees.views.listing import WHY_MAX
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.web.outcome import outcome_told


@require(Action.VIEW_MONEY)
def mine(request: SignedRequest) -> HttpResponse:
    """Where one is paid, and every change of it."""
    person = _self(request)
    accounts = shown(accounts_of_person(person.pk), timezone.localdate())
    return render(request, "payees/mine.html", {"person": person, "accounts": accounts})


@require(Action.VIEW_MONEY)
def object_to(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Say that an account is not one's own: nothing is paid to it any more. Only a form that is sent does."""
    _self(request)
    if not accounts_in(request.scope).filter(pk=pk).exists():
        raise Http404
    if request.method == "POST":
        why = request.POST.get("why", "").strip()[:WHY_MAX] or _("This was not me.")
        with outcome_told(
            request, _("The account is frozen: nothing is paid to it. The treasury looks into it.")
        ):
            account_freeze(account=pk, actor=request.user, now=timezone.now(), why=why)
    return redirect("payees:mine")


def _self(request: SignedRequest) -> Participant:
    """Who is signed in, as a participant; for everybody else there is no such page."""
    person = person_in(request.scope, request.user.code) if request.user.role == Role.PARTICIPANT else None
    if person is None:
        raise Http404
    return person
