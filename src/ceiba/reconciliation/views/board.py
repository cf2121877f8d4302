"""The reconciliation of a bank account at a glance: what payments came to, what is open, which files came."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.reconciliation.models import BankFile, Matching
from ceiba.reconciliation.selectors.items import open_now, run_outcomes
from ceiba.reconciliation.selectors.matching import balance_stated, ledger_balance
from ceiba.reconciliation.selectors.scope import TAKE_TASK, bank_accounts_beside, bank_accounts_in
from ceiba.reconciliation.services.matching import entries_match
from ceiba.registry.uploads import uploads_unfinished

FILES_SHOWN: Final = 12
RUNS_SHOWN: Final = 12


@require(Action.VIEW_RUNS)
def index(request: SignedRequest) -> HttpResponse:
    """One bank account: the newest, or the one that is asked for."""
    accounts = list(bank_accounts_beside(request.scope))
    if not accounts:
        return render(request, "reconciliation/none.html")
    asked = request.GET.get("account", "")
    account = next((each for each in accounts if each.code == asked), accounts[0])
    whole = bank_accounts_in(request.scope).filter(pk=account.pk).exists()
    context = {
        "accounts": accounts,
        "account": account,
        "runs": run_outcomes(request.scope, account.code, RUNS_SHOWN),
        "open": open_now(request.scope, account.code),
        "whole": whole,
        "may_act": whole and may(request.user, Action.RECONCILE),
        "matching": Matching.objects.filter(bank_account=account)
        .select_related("by")
        .order_by("-pk")
        .first(),
    }
    if whole:
        context |= {
            "files": BankFile.objects.filter(bank_account=account)
            .select_related("taken_by")
            .order_by("-pk")[:FILES_SHOWN],
            "stated": balance_stated(account),
            "ours_minor": ledger_balance(account),
            "unfinished": uploads_unfinished(user=request.user, most=FILES_SHOWN, task=TAKE_TASK),
        }
    return render(request, "reconciliation/index.html", context)


@require(Action.RECONCILE)
def match(request: SignedRequest) -> HttpResponseBase:
    """Match again what is there: silence becomes unknown as days go by. Only a form that is sent does."""
    if request.method != "POST":
        return redirect("reconciliation:index")
    account = bank_accounts_in(request.scope).filter(code=request.POST.get("account", "")).first()
    if account is None:
        raise Http404
    done = entries_match(
        bank_account=account, today=timezone.localdate(), at=timezone.now(), actor=request.user
    )
    told = _(
        "Matched: %(settled)s payments came to another state, %(found)s items are new, %(gone)s are explained."
    )
    numbers = {"settled": done.settled, "found": done.items_found, "gone": done.items_gone}
    messages.success(request, told % numbers)
    return redirect(f"{reverse('reconciliation:index')}?account={account.code}")
