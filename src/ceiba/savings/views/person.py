"""A person's savings: every movement, and a withdrawal asked for."""

from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.month import Month
from ceiba.core.savings import Cause
from ceiba.ledger.models import Account
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.savings.models import Withdrawal
from ceiba.savings.selectors.reach import savings_in, savings_of
from ceiba.savings.selectors.rules import interest_rule
from ceiba.savings.selectors.statement import statement_of
from ceiba.savings.selectors.withdrawals import available_of, followed
from ceiba.savings.services import withdrawal_ask
from ceiba.web.outcome import outcome_told

NOTE_MAX = 2_000


@require(Action.VIEW_MONEY)
def mine(request: SignedRequest) -> HttpResponseBase:
    """To one's own savings; for everybody but a participant there is no such page."""
    if request.user.role != Role.PARTICIPANT:
        raise Http404
    return redirect("savings:person", code=request.user.code)


@require(Action.VIEW_MONEY)
def statements(request: SignedRequest, code: str) -> HttpResponse:
    """The statement of each of a person's savings accounts, and the withdrawals asked for."""
    person = _person(request, code)
    month = Month.of(timezone.now().date())
    shown = [
        {
            "statement": statement_of(account),
            "available": available_of(account),
            "rule": interest_rule(account.programme_id, month),
            "components": _components(account),
        }
        for account in savings_of(person.pk)
    ]
    asked = Withdrawal.objects.filter(participant=person).order_by("-asked_at")
    context = {
        "person": person,
        "shown": shown,
        "withdrawals": followed(asked.select_related("asked_by", "decided_by")),
        "causes": list(Cause),
        "may_ask": may(request.user, Action.MANAGE_SAVINGS),
        "is_own": request.user.role == Role.PARTICIPANT,
        "today": timezone.now().date(),
    }
    return render(request, "savings/person.html", context)


@require(Action.MANAGE_SAVINGS)
def ask(request: SignedRequest, code: str, account: int) -> HttpResponseBase:
    """Ask for some of a person's savings to be paid to them; only a form that is sent does."""
    person = _person(request, code)
    found = savings_in(request.scope).filter(pk=account, participant=person).first()
    if found is None:
        raise Http404
    given, cause = request.POST, request.POST.get("cause", "")
    if request.method == "POST" and cause in list(Cause):
        with outcome_told(request, _("Asked for. The treasury approves it.")):
            withdrawal_ask(
                account_id=found.pk,
                amount_minor=_minor(given.get("amount", ""), found.currency),
                cause=Cause(cause),
                note=given.get("note", "")[:NOTE_MAX],
                actor=request.user,
                at=timezone.now(),
            )
    return redirect("savings:person", code=code)


def _person(request: SignedRequest, code: str) -> Participant:
    person = person_in(request.scope, code)
    if person is None:
        raise Http404
    return person


def _components(account: Account) -> dict[str, object]:
    book = rulebook_of(latest_version(account.programme_id))
    return {component.id: component.name for component in book.components}


def _minor(text: str, currency: str) -> int:
    """Minor units of a decimal as people write it; 0 for what is none, or has more digits than the currency."""
    try:
        minor = Decimal(text.replace(",", "").strip()[:20]).scaleb(MINOR_DIGITS[currency])
        return int(minor) if minor == minor.to_integral_value() else 0
    except (InvalidOperation, ValueError, OverflowError):
        return 0
