"""A run is asked for: its month, areas, account and day; and how the worker gets on with it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors import sealed_months
from ceiba.payments.drafts import draft_areas, drafting_of
from ceiba.payments.services.drafting import Wanted, accounts_paying, draft_ask
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.words import language

AREAS_MAX = 100
register_messages(
    {
        "payment_run.incomplete": {
            "es": "Elija el mes que se paga y el día en que se pide al banco pagar.",
            "en": "Choose the month that is paid and the day on which the bank is asked to pay.",
        },
    }
)


@require(Action.PREPARE_RUN)
def draft(request: SignedRequest, programme: str) -> HttpResponseBase:
    """The form of a new run; sent as POST, the worker is asked for it."""
    if programme not in {each.code for each in programmes()}:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            wanted = _wanted(request, programme)
            asked = draft_ask(wanted=wanted, actor=request.user, today=timezone.localdate())
        except CeibaError as error:
            problem = error.text(language())
        else:
            return redirect("payments:drafting", job=asked.job)
    status = 422 if problem else 200
    return render(
        request, "payments/draft.html", _context(request, programme) | {"problem": problem}, status=status
    )


@require(Action.PREPARE_RUN)
def drafting(request: SignedRequest, job: int) -> HttpResponse:
    """How a draft that the user asked for stands: a page, or a part of it that changes."""
    found = drafting_of(job, request.user.pk)
    if found is None:
        raise Http404
    if shows_already(request, found.job.seen):
        return HttpResponse(status=204)
    context = {"drafting": found, "book": rulebook_of(latest_version(found.programme))}
    part = wants_fragment(request)
    return render(request, "payments/drafting_part.html" if part else "payments/drafting.html", context)


def _wanted(request: SignedRequest, programme: str) -> Wanted:
    given = request.POST
    try:
        month, day = Month.parse(given.get("month", "")), date.fromisoformat(given.get("execute_on", ""))
    except (ValueError, CeibaError) as error:
        raise CeibaError(Problem("payment_run.incomplete")) from error
    areas = tuple(sorted(set(given.getlist("area")[:AREAS_MAX])))
    return Wanted(programme, month, areas, given.get("bank_account", ""), day)


def _context(request: SignedRequest, programme: str) -> dict[str, Any]:
    months = [each for code, each in sealed_months() if code == programme]
    given = request.POST
    month = next((each for each in months if str(Month.of(each)) == given.get("month")), None)
    accounts = accounts_paying(programme)
    return {
        "programme": programme,
        "book": rulebook_of(latest_version(programme)),
        "months": months,
        "month": month,
        "accounts": accounts,
        "account": given.get("bank_account") or (accounts[0].code if len(accounts) == 1 else ""),
        "offered": draft_areas(programme, request.scope),
        "areas": set(given.getlist("area")),
        "execute_on": given.get("execute_on", ""),
        "today": timezone.localdate(),
    }
