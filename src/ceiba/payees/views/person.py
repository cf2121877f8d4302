"""A person's accounts with their history, a new one proposed, one ended or taken back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.banking import Scheme
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.payees import Cause
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.payees.selectors import accounts_in, accounts_of_person, shared_with
from ceiba.payees.services import account_close, account_propose, account_withdraw
from ceiba.payees.shown import shown
from ceiba.payees.views.listing import WHY_MAX
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.web.outcome import outcome_told
from ceiba.web.words import language


@require(Action.VIEW_PAYEES)
def person(request: SignedRequest, code: str) -> HttpResponse:
    """Where a person is paid, was, and is proposed to be."""
    found = _person(request, code)
    accounts = accounts_of_person(found.pk)
    context = {
        "person": found,
        "accounts": shown(accounts, timezone.localdate(), shared_with(accounts)),
        "may_propose": may(request.user, Action.PROPOSE_PAYEE),
        "may_confirm": may(request.user, Action.CONFIRM_PAYEE),
    }
    return render(request, "payees/person.html", context)


@require(Action.PROPOSE_PAYEE)
def propose(request: SignedRequest, code: str) -> HttpResponseBase:
    """The form of a new account; sent as POST, it is proposed."""
    found = _person(request, code)
    cells = {name: request.POST.get(name, "") for name in PAYEE_ACCOUNTS.schema.names} | {"participant": code}
    error: CeibaError | None = None
    if request.method == "POST":
        try:
            account_propose(cells=cells, actor=request.user, now=timezone.now())
        except CeibaError as found_wrong:
            error = found_wrong
        else:
            messages.success(request, _("Proposed. The treasury confirms it."))
            return redirect("payees:person", code=code)
    context: dict[str, Any] = {
        "person": found,
        "cells": cells,
        "schemes": [scheme.value for scheme in Scheme],
        "causes": [cause.value for cause in Cause],
        "problems": _told(error),
    }
    return render(request, "payees/propose.html", context, status=422 if error else 200)


@require(Action.CONFIRM_PAYEE)
def close(request: SignedRequest, pk: int) -> HttpResponseBase:
    """End an account from today on, with a reason; only a form that is sent does."""
    return _ended(request, pk, account_close, _("The account is closed. Nothing more is paid to it."))


@require(Action.PROPOSE_PAYEE)
def withdraw(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Take back what one proposed, with a reason; only a form that is sent does."""
    return _ended(
        request, pk, account_withdraw, _("The proposal is withdrawn. Nobody can confirm it any more.")
    )


def _ended(request: SignedRequest, pk: int, end: Callable[..., object], told: str) -> HttpResponseBase:
    """End an account within the scope by one of the services, or say why not."""
    account = accounts_in(request.scope).select_related("participant").filter(pk=pk).first()
    if account is None:
        raise Http404
    if request.method == "POST":
        why = request.POST.get("why", "")[:WHY_MAX]
        with outcome_told(request, told):
            end(account=pk, actor=request.user, now=timezone.now(), why=why)
    return redirect("payees:person", code=account.participant.code)


def _person(request: SignedRequest, code: str) -> Participant:
    """The person, or nothing at all: outside the scope there is nobody."""
    found = person_in(request.scope, code)
    if found is None:
        raise Http404
    return found


def _told(error: CeibaError | None) -> list[tuple[str, str]]:
    """(column, what is wrong and what to do) of each problem."""
    problems = error.problems if error else ()
    return [(p.where.column or "", p.message(language())) for p in problems]
