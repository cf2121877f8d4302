"""A programme's savings: the proof that they are held, interest, the cash on its way, and text messages."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.frames.tabular import csv_parts
from ceiba.rulebook.models import Programme
from ceiba.savings.models import Move
from ceiba.savings.selectors.messages import messages as savers_told
from ceiba.savings.selectors.proof import balance_list, list_bytes, proof, sources_of
from ceiba.savings.selectors.reach import programmes_reached, reaches
from ceiba.savings.selectors.rules import accruals, interest_rule, rule_parameters
from ceiba.savings.services import (
    interest_post,
    move_book,
    move_cancel,
    move_confirm,
    move_order,
    move_send_ask,
)
from ceiba.web.outcome import outcome_told


@require(Action.VIEW_RUNS)
def index(request: SignedRequest) -> HttpResponse:
    """The programmes whose savings one reaches as a whole, and the way to withdrawals."""
    today = timezone.now().date()
    proofs = [(each, proof(each.code, each.currency, today)) for each in programmes_reached(request.scope)]
    return render(request, "savings/index.html", {"proofs": proofs, "today": today})


@require(Action.VIEW_RUNS)
def proof_page(request: SignedRequest, programme: str) -> HttpResponse:
    """What is owed, what is held, what is on its way, and the difference, on a day; with interest and orders."""
    found = _programme(request, programme)
    on = _day(request)
    last = Month.of(on) + -1
    given = accruals(programme)
    context = {
        "programme": found,
        "proof": proof(programme, found.currency, on),
        "today": timezone.now().date(),
        "sources": sources_of(programme),
        "accruals": given,
        "next_interest": Month.of(given[0].month) + 1 if given else last,
        "rule": interest_rule(programme, last),
        "parameters": rule_parameters(programme, last),
        "may_export": may(request.user, Action.EXPORT_PAYMENTS),
        "may_give": may(request.user, Action.MANAGE_SAVINGS),
        "may_order": may(request.user, Action.APPROVE_RUN),
        "may_confirm": may(request.user, Action.RELEASE_RUN),
        "may_book": may(request.user, Action.RECONCILE),
        "last_quarter": last,
    }
    return render(request, "savings/proof.html", context)


@require(Action.EXPORT_PAYMENTS)
def proof_list(request: SignedRequest, programme: str) -> HttpResponseBase:
    """The balances whose digest the proof shows: anonymous codes, nothing else; who took it is written down."""
    found = _programme(request, programme)
    on = _day(request)
    rows = balance_list(programme, found.currency, on)
    event_record(
        actor=request.user,
        action="savings.exported",
        subject=f"{programme}:{on.isoformat()}",
        detail={"accounts": rows.height},
    )
    response = HttpResponse(list_bytes(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ceiba-savings-{programme}-{on.isoformat()}.csv"'
    return response


@require(Action.MANAGE_SAVINGS)
def give_interest(request: SignedRequest, programme: str) -> HttpResponseBase:
    """Give the interest of a month; only a form that is sent does."""
    found = _programme(request, programme)
    if request.method == "POST":
        month = _month(request)
        with outcome_told(request, _("The interest of the month is given.")):
            interest_post(
                programme=programme,
                currency=found.currency,
                month=month,
                actor=request.user,
                at=timezone.now(),
            )
    return redirect("savings:proof", programme=programme)


@require(Action.APPROVE_RUN)
def order(request: SignedRequest, programme: str) -> HttpResponseBase:
    """Order the cash of something that was saved to where savings are held; only a form that is sent does."""
    _programme(request, programme)
    if request.method == "POST":
        cause = request.POST.get("cause", "")[:40]
        with outcome_told(request, _("Ordered. Another of the treasury confirms it.")):
            move_order(programme=programme, cause=cause, actor=request.user, at=timezone.now())
    return redirect("savings:proof", programme=programme)


@require(Action.RELEASE_RUN)
def confirm(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Confirm an order of another's; only a form that is sent does."""
    return _moved(
        request,
        pk,
        lambda: move_confirm(move_id=pk, actor=request.user, at=timezone.now()),
        _("Confirmed: it is in transit until the bank shows it."),
    )


@require(Action.RELEASE_RUN)
def send(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Have the file that orders a move from the bank sent; only a form that is sent does."""
    return _moved(
        request,
        pk,
        lambda: move_send_ask(move_id=pk, actor=request.user, at=timezone.now()),
        _("The worker writes its file and sends it."),
    )


@require(Action.RECONCILE)
def book(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Book what the bank's statement shows; only a form that is sent does."""
    reference = request.POST.get("reference", "")
    return _moved(
        request,
        pk,
        lambda: move_book(move_id=pk, reference=reference, actor=request.user, at=timezone.now()),
        _("Booked: it is held with the savings."),
    )


@require(Action.APPROVE_RUN)
def cancel(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Cancel an order; only a form that is sent does."""
    why = request.POST.get("reference", "")
    return _moved(
        request,
        pk,
        lambda: move_cancel(move_id=pk, why=why, actor=request.user, at=timezone.now()),
        _("Cancelled: it can be ordered anew."),
    )


@require(Action.MANAGE_SAVINGS)
def messages_list(request: SignedRequest, programme: str) -> HttpResponseBase:
    """Text messages of a quarter as CSV for whoever sends them, within the scope; who took them is written down."""
    found = Programme.objects.filter(pk=programme).first()
    if found is None:
        raise Http404
    month = _month(request)
    rows = savers_told(programme, found.currency, month, request.scope)
    with transaction.atomic():
        event_record(
            actor=request.user,
            action="savings.messages_exported",
            subject=f"{programme}:{month}",
            detail={"messages": rows.height},
        )
    response = StreamingHttpResponse(
        csv_parts(rows, rows.columns, bom=False), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="ceiba-savings-{programme}-{month}-sms.csv"'
    return response


def _moved(request: SignedRequest, pk: int, do: Callable[[], object], done: str) -> HttpResponseBase:
    move = Move.objects.filter(pk=pk).first()
    if move is None or not reaches(move.programme_id, request.scope):
        raise Http404
    if request.method == "POST":
        with outcome_told(request, done):
            do()
    return redirect("savings:proof", programme=move.programme_id)


def _programme(request: SignedRequest, code: str) -> Programme:
    found = Programme.objects.filter(pk=code).first()
    if found is None or not reaches(code, request.scope):
        raise Http404
    return found


def _day(request: SignedRequest) -> date:
    """The day asked for; today by default and at the latest."""
    today = timezone.now().date()
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        return today


def _month(request: SignedRequest) -> Month:
    given = request.POST if request.method == "POST" else request.GET
    try:
        return Month.parse(given.get("month", ""))
    except CeibaError as error:
        raise Http404 from error
