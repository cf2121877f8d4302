"""Withdrawals within the scope: asked for, decided many at once, and paid by a run."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.core.savings import Asked, Cause
from ceiba.ledger.selectors import bank_accounts
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import programmes
from ceiba.savings.selectors.rules import pays_out
from ceiba.savings.selectors.withdrawals import followed, withdrawals_in
from ceiba.savings.services import (
    withdrawal_give_up,
    withdrawals_ask_due,
    withdrawals_decide,
    withdrawals_pay,
)
from ceiba.web.outcome import outcome_told
from ceiba.web.words import language

ROWS_SHOWN = 500
WHY_MAX = 2_000


@require(Action.VIEW_RUNS)
def index(request: SignedRequest) -> HttpResponse:
    """Withdrawals by how far they are, newest first."""
    given = request.GET.get("state", "")
    state = given if given in list(Asked) else Asked.ASKED.value
    found = withdrawals_in(request.scope).filter(state=state)
    rows = found.select_related("participant__area", "asked_by", "decided_by").order_by("-asked_at", "-pk")
    today = timezone.now().date()
    context = {
        "state": state,
        "states": list(Asked),
        "rows": followed(rows[:ROWS_SHOWN]),
        "count": found.count(),
        "shown": ROWS_SHOWN,
        "programmes": [
            {
                "programme": each,
                "pays_out": pays_out(each.code, Month.of(today)),
                "months": _months(request, each),
                "accounts": [account for account in bank_accounts(each.code) if account.holds_savings],
            }
            for each in programmes()
        ],
        "today": today,
        "may_ask": may(request.user, Action.MANAGE_SAVINGS),
        "may_decide": may(request.user, Action.APPROVE_RUN),
        "may_pay": may(request.user, Action.PREPARE_RUN),
    }
    return render(request, "savings/withdrawals.html", context)


@require(Action.APPROVE_RUN)
def decide(request: SignedRequest) -> HttpResponseBase:
    """Approve or refuse the withdrawals that are ticked, all or none; only a form that is sent does."""
    given = request.POST
    chosen = {int(pk) for pk in given.getlist("withdrawal") if pk.isdecimal() and len(pk) < 18}
    if request.method == "POST" and chosen:
        if withdrawals_in(request.scope).filter(pk__in=chosen).count() != len(chosen):
            raise Http404
        approve, why = given.get("decision") == "approve", given.get("why", "")[:WHY_MAX]
        done = (
            ngettext("%(n)s withdrawal approved.", "%(n)s withdrawals approved.", len(chosen))
            if approve
            else ngettext("%(n)s withdrawal refused.", "%(n)s withdrawals refused.", len(chosen))
        )
        with outcome_told(request, done % {"n": f"{len(chosen):,}"}):
            withdrawals_decide(
                withdrawals=chosen, approve=approve, why=why, actor=request.user, at=timezone.now()
            )
    return redirect("savings:withdrawals")


@require(Action.APPROVE_RUN)
def give_up(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Let go of an approved withdrawal that no run pays; only a form that is sent does."""
    if not withdrawals_in(request.scope).filter(pk=pk).exists():
        raise Http404
    if request.method == "POST":
        why = request.POST.get("why", "")[:WHY_MAX]
        with outcome_told(request, _("Given up: the savings stay where they are.")):
            withdrawal_give_up(withdrawal_id=pk, why=why, actor=request.user, at=timezone.now())
    return redirect("savings:withdrawals")


@require(Action.MANAGE_SAVINGS)
def ask_due(request: SignedRequest, programme: str) -> HttpResponseBase:
    """Ask for everybody's savings who is due them; only a form that is sent does."""
    _programme(programme)
    cause = request.POST.get("cause", "")
    if request.method == "POST" and cause in (Cause.EXIT, Cause.RULE):
        try:
            made = withdrawals_ask_due(
                programme=programme, cause=Cause(cause), actor=request.user, at=timezone.now()
            )
            told = ngettext("Asked for %(n)s person.", "Asked for %(n)s people.", made)
            messages.success(request, told % {"n": f"{made:,}"})
        except CeibaError as error:
            messages.error(request, error.text(language()))
    return redirect("savings:withdrawals")


@require(Action.PREPARE_RUN)
def pay(request: SignedRequest, programme: str) -> HttpResponseBase:
    """Draft a run of the approved withdrawals of a month within the scope; only a form that is sent does."""
    _programme(programme)
    given = request.POST
    if request.method == "POST":
        account = next((each for each in bank_accounts(programme) if each.code == given.get("account")), None)
        try:
            month, day = Month.parse(given.get("month", "")), date.fromisoformat(given.get("execute_on", ""))
        except (CeibaError, ValueError):
            account = None
        if account is None:
            messages.error(request, _("Choose the month, the account and the day."))
            return redirect("savings:withdrawals")
        with outcome_told(request, _("The run is drafted. Four people move it on, as any other.")):
            withdrawals_pay(
                programme=programme,
                month=month,
                bank_account=account,
                execute_on=day,
                actor=request.user,
                at=timezone.now(),
            )
    return redirect("savings:withdrawals")


def _programme(code: str) -> None:
    if not Programme.objects.filter(pk=code).exists():
        raise Http404


def _months(request: SignedRequest, programme: Programme) -> list[Month]:
    """The months of which approved withdrawals wait for a run."""
    approved = withdrawals_in(request.scope).filter(programme=programme, state=Asked.APPROVED)
    return sorted({Month.of(each.withdrawal.month) for each in followed(approved) if each.is_open})
