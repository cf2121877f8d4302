"""Open items: the list, one of them with what the bank said, and what is done about it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.matching import Direction, Kind
from ceiba.reconciliation.models import ItemState, OpenItem
from ceiba.reconciliation.selectors.expected import recorded_as
from ceiba.reconciliation.selectors.items import AGES, Filters, Seen, age_days, item_seen, items_page
from ceiba.reconciliation.selectors.scope import bank_accounts_beside
from ceiba.reconciliation.services.deposits import (
    agreements_for,
    deposit_propose,
    deposit_proposed,
    may_be_deposit,
)
from ceiba.reconciliation.services.items import (
    ONLY_THE_BANK,
    explaining_accounts,
    explanation_confirm,
    explanation_withdraw,
    open_item_close,
    open_item_explain,
    open_item_note,
    open_item_own,
)
from ceiba.reconciliation.services.moves import move_tell, moves_for
from ceiba.web.sent import row_number
from ceiba.web.words import language

TEXT_MAX = 2_000


@require(Action.VIEW_RUNS)
def listing(request: SignedRequest) -> HttpResponse:
    """The items within the scope, those that have waited longest first."""
    filters, now = Filters.of(request.GET), timezone.now()
    after = request.GET.get("after", "")
    position = row_number(after)
    page = items_page(request.scope, request.user, filters, now, position)
    context = {
        "filters": filters,
        "page": page,
        "rows": [(row, age_days(row, now.date())) for row in page.rows],
        "after": after,
        "kinds": list(Kind),
        "states": ItemState.values,
        "ages": AGES,
        "accounts": bank_accounts_beside(request.scope),
        "may_act": may(request.user, Action.RECONCILE),
    }
    return render(request, "reconciliation/items.html", context)


@require(Action.VIEW_RUNS)
def item(request: SignedRequest, pk: int) -> HttpResponse:
    """One item: what it is, what the bank said, what was done about it, and what can be done."""
    return _shown(request, _found(request, pk))


@require(Action.RECONCILE)
def own(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Make it one's own."""
    return _done(
        request,
        pk,
        lambda: open_item_own(item_id=pk, actor=request.user, at=timezone.now()),
        _("It is yours now."),
    )


@require(Action.RECONCILE)
def note(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Write something beside it."""
    text = request.POST.get("text", "")[:TEXT_MAX]
    return _done(
        request,
        pk,
        lambda: open_item_note(item_id=pk, text=text, actor=request.user, at=timezone.now()),
        _("The note is kept."),
    )


@require(Action.RECONCILE)
def explain(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Say which account of the ledger it belongs to."""
    account, why = request.POST.get("account", ""), request.POST.get("why", "")[:TEXT_MAX]
    chosen = row_number(account)
    return _done(
        request,
        pk,
        lambda: open_item_explain(
            item_id=pk, account_id=chosen, why=why, actor=request.user, at=timezone.now()
        ),
        _("The explanation is kept."),
    )


@require(Action.RECONCILE)
def deposit(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Say that it is a funder's money: the disbursement is entered, and waits for whoever says who pays."""
    agreement = request.POST.get("agreement", "")[:32]
    return _done(
        request,
        pk,
        lambda: deposit_propose(item_id=pk, agreement=agreement, actor=request.user, at=timezone.now()),
        _("Entered as a disbursement. It is booked once somebody of the office confirms it."),
    )


@require(Action.RECONCILE)
def move(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Say that it is an end of a move of savings, made on the bank's website."""
    asked = request.POST.get("move", "")
    chosen = row_number(asked)
    return _done(
        request,
        pk,
        lambda: move_tell(
            item_id=pk, move_id=chosen, actor=request.user, today=timezone.localdate(), at=timezone.now()
        ),
        _("It is that move now."),
    )


@require(Action.RECONCILE)
def close(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Close it: its question was answered, and no money moved."""
    why = request.POST.get("why", "")[:TEXT_MAX]
    return _done(
        request,
        pk,
        lambda: open_item_close(item_id=pk, why=why, actor=request.user, at=timezone.now()),
        _("The item is closed."),
    )


@require(Action.RECONCILE)
def decide(request: SignedRequest, pk: int, explanation: int) -> HttpResponseBase:
    """Confirm an explanation that another person proposed, or take one back."""
    seen = _found(request, pk)
    if seen.waiting is None or seen.waiting.pk != explanation:
        raise Http404
    actor, at = request.user, timezone.now()
    if request.POST.get("decision") == "confirm":
        return _done(
            request,
            pk,
            lambda: explanation_confirm(explanation_id=explanation, actor=actor, at=at),
            _("Confirmed: the books follow it."),
        )
    why = request.POST.get("why", "")[:TEXT_MAX]
    return _done(
        request,
        pk,
        lambda: explanation_withdraw(explanation_id=explanation, why=why, actor=actor, at=at),
        _("The explanation was taken back."),
    )


def _found(request: SignedRequest, pk: int) -> Seen:
    """The item, or nothing at all: outside the scope there is none."""
    seen = item_seen(request.scope, pk)
    if seen is None:
        raise Http404
    return seen


def _done(request: SignedRequest, pk: int, act: Callable[[], object], told: str) -> HttpResponseBase:
    """Act on an item within the scope when a form was sent; what stands against it is said beside the form."""
    seen = _found(request, pk)
    if request.method != "POST":
        return redirect("reconciliation:item", pk=pk)
    try:
        act()
    except CeibaError as error:
        return _shown(request, seen, error)
    messages.success(request, told)
    return redirect("reconciliation:item", pk=pk)


def _shown(request: SignedRequest, seen: Seen, error: CeibaError | None = None) -> HttpResponse:
    found, user = seen.item, request.user
    acts = may(user, Action.RECONCILE) and found.state == ItemState.OPEN
    proposed = deposit_proposed(found) if found.state == ItemState.OPEN else None
    context = {
        "seen": seen,
        "item": found,
        "age": age_days(found, timezone.now().date()),
        "may_reconcile": may(user, Action.RECONCILE),
        "may_own": acts and found.owner_id != user.pk,
        "is_own": found.owner_id == user.pk,
        "accounts": explaining_accounts(found) if acts and found.left_minor else (),
        "recorded": recorded_as(found),
        "proposed": proposed,
        "agreements": agreements_for(found) if acts and proposed is None and may_be_deposit(found) else (),
        "moves": moves_for(found) if acts else (),
        "may_close": acts and _closes(found),
        "only_the_bank": found.kind in ONLY_THE_BANK,
        "may_confirm": acts and seen.waiting is not None and seen.waiting.proposed_by_id != user.pk,
        "why": request.POST.get("why", ""),
        "text": request.POST.get("text", ""),
        "problems": error.text(language()).splitlines() if error else (),
    }
    return render(request, "reconciliation/item.html", context, status=422 if error else 200)


def _closes(item: OpenItem) -> bool:
    return item.direction == Direction.NONE and not item.left_minor and item.kind not in ONLY_THE_BANK
