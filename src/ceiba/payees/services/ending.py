"""Ending an account: closed by the treasury, frozen because the person says that it is not theirs, or withdrawn."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.payees import TRANSITIONS, AccountState
from ceiba.payees.models import CONFIRMED, PayeeAccount

register_messages(
    {
        "payee.ended": {
            "es": "La cuenta ya terminó o no está en un estado que lo permita. Vuelva a cargar la página.",
            "en": "The account has ended, or its state does not allow it. Load the page again.",
        },
        "payee.not_own_proposal": {
            "es": "Otra persona propuso esta cuenta: solo ella retira la propuesta. La tesorería puede rechazarla.",
            "en": "Somebody else proposed this account: they alone withdraw it. The treasury can refuse it.",
        },
    }
)


def account_close(*, account: int, actor: User, now: datetime, why: str) -> PayeeAccount:
    """End a confirmed or frozen account from today on. Raises CeibaError: payee.why_missing, payee.ended."""
    return _ended(account, AccountState.CLOSED, actor, now, why)


def account_freeze(*, account: int, actor: User, now: datetime, why: str) -> PayeeAccount:
    """Nothing is paid to an account from today on: the person objects. Raises as `account_close`.

    What had not been used yet leaves the account before it in use. Nobody thaws one: if it was theirs after all, it
    is proposed and confirmed again.
    """
    return _ended(account, AccountState.FROZEN, actor, now, why)


def account_withdraw(*, account: int, actor: User, now: datetime, why: str) -> PayeeAccount:
    """Take one's own proposal back, as long as nobody has decided on it. Raises as `account_close`, and
    payee.not_own_proposal.
    """
    if not PayeeAccount.objects.filter(pk=account, proposed_by=actor).exists():
        raise CeibaError(Problem("payee.not_own_proposal"))
    return _ended(account, AccountState.WITHDRAWN, actor, now, why)


@transaction.atomic
def _ended(account: int, state: AccountState, actor: User, now: datetime, why: str) -> PayeeAccount:
    if not why.strip():
        raise CeibaError(Problem("payee.why_missing"))
    row = PayeeAccount.objects.select_for_update().get(pk=account)
    today = timezone.localdate(now)
    is_over = row.standing(today) == "over"
    if is_over or state not in TRANSITIONS[AccountState(row.state)]:
        raise CeibaError(Problem("payee.ended"))
    lasted_until, was_confirmed = row.usable_until, row.state == CONFIRMED
    row.state, row.why, row.changed_by, row.changed_at = state.value, why.strip(), actor, now
    if was_confirmed and row.usable_from is not None:
        row.usable_until = max(row.usable_from, today)
    row.save()
    if was_confirmed and row.usable_from is not None and row.usable_from >= today:
        _before_goes_on(row, lasted_until, actor, now)
    event_record(actor=actor, action=f"payee.{state.value}", subject=f"payee account {row.pk}")
    return row


def _before_goes_on(never_used: PayeeAccount, until: date | None, actor: User, now: datetime) -> None:
    """The account that was to give way to this one is used as long as this one would have been."""
    before = (
        PayeeAccount.objects.select_for_update()
        .filter(
            participant=never_used.participant_id, state=CONFIRMED, usable_until=never_used.usable_from,
            usable_from__lt=never_used.usable_from,
        )
        .first()
    )  # fmt: skip
    if before is None:
        return
    before.usable_until = min((day for day in (until, before.expires_on) if day is not None), default=None)
    before.changed_by, before.changed_at = actor, now
    before.save(update_fields=["usable_until", "changed_by", "changed_at"])
