"""Withdrawals: asked for by a payment officer, approved by the treasury, paid by a run of their own."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.money import Money
from ceiba.core.kernel.month import Month
from ceiba.core.savings import Asked, Cause
from ceiba.ledger.models import Account, BankAccount
from ceiba.payments.models import PaymentRun
from ceiba.payments.services import withdrawals_draft
from ceiba.registry.models import Enrolment
from ceiba.savings.models import Withdrawal
from ceiba.savings.selectors.reach import savings_in
from ceiba.savings.selectors.rules import pays_out
from ceiba.savings.selectors.withdrawals import due_of, followed, open_withdrawals, withdrawals_in

register_messages(
    {
        "withdrawal.not_allowed": {
            "es": "Su cuenta no puede hacer esto con los ahorros de esta persona: pide pagos, aprueba la tesorería, "
            "cada quien en sus áreas.",
            "en": "Your account cannot do this with this person's savings: payments asks, the treasury approves, "
            "each in their areas.",
        },
        "withdrawal.above_balance": {
            "es": "Se piden {asked} y hay {available} disponibles.",
            "en": "{asked} is asked for and {available} is available.",
        },
        "withdrawal.nothing_asked": {
            "es": "El monto de un retiro es mayor que cero.",
            "en": "The amount of a withdrawal is above zero.",
        },
        "withdrawal.waits": {
            "es": "Ya hay un retiro de esta persona en este mes o en espera; resuélvalo primero.",
            "en": "There is a withdrawal of this person in this month, or one that waits; settle it first.",
        },
        "withdrawal.not_ended": {
            "es": "La participación de esta persona no ha terminado: pida el retiro por otra causa.",
            "en": "This person's enrolment has not ended: ask for another reason.",
        },
        "withdrawal.no_rule": {
            "es": "El reglamento no paga los ahorros en {month}.",
            "en": "The rulebook does not pay savings out in {month}.",
        },
        "withdrawal.same_person": {
            "es": "Usted pidió alguno de estos retiros; los aprueba otra persona.",
            "en": "You asked for one of these withdrawals; somebody else approves it.",
        },
        "withdrawal.turn": {
            "es": "Alguno de estos retiros ya está en otro paso; vuelva a cargar la página.",
            "en": "One of these withdrawals is at another step; load the page again.",
        },
        "withdrawal.why": {
            "es": "Escriba por qué: la persona puede preguntar.",
            "en": "Write why: the person may ask.",
        },
    }
)


@transaction.atomic
def withdrawal_ask(
    *, account_id: int, amount_minor: int, cause: Cause, note: str, actor: User, at: datetime
) -> Withdrawal:
    """Ask for a part or all of a person's savings (a savings account) to be paid to them.

    Raises CeibaError (withdrawal.*) when the actor may not, the amount is not there, one waits already, or the cause
    does not hold.
    """
    scope = scope_of(actor)
    account = savings_in(scope).select_for_update(of=("self",)).filter(pk=account_id).first()
    if account is None or not may(actor, Action.MANAGE_SAVINGS):
        raise CeibaError(Problem("withdrawal.not_allowed"))
    month = Month.of(at.date())
    _check_cause(cause, account, month)
    if amount_minor <= 0:
        raise CeibaError(Problem("withdrawal.nothing_asked"))
    if open_withdrawals(account.programme_id, [account.participant_id or 0]):
        raise CeibaError(Problem("withdrawal.waits"))
    if amount_minor > account.available_minor:
        values = {
            "asked": Money(amount_minor, account.currency),
            "available": Money(account.available_minor, account.currency),
        }
        raise CeibaError(Problem("withdrawal.above_balance", values=values))
    try:
        with transaction.atomic():
            made = Withdrawal.objects.create(**_asked(account, amount_minor, cause, note, actor, at))
    except IntegrityError as error:
        raise CeibaError(Problem("withdrawal.waits")) from error
    event_record(
        actor=actor,
        action="withdrawal.asked",
        subject=f"withdrawal:{made.pk}",
        detail={"cause": str(cause), "amount_minor": amount_minor},
    )
    return made


@transaction.atomic
def withdrawals_ask_due(*, programme: str, cause: Cause, actor: User, at: datetime) -> int:
    """Ask for all the savings of everybody within the actor's scope who is due them; returns for how many.

    `exit`: whose enrolment ended; `rule`: everybody, in a month in which the rulebook pays savings out. Whoever has
    a withdrawal that waits, or one of this month, is left as they are. Raises CeibaError (withdrawal.*).
    """
    if not may(actor, Action.MANAGE_SAVINGS):
        raise CeibaError(Problem("withdrawal.not_allowed"))
    month = Month.of(at.date())
    if cause == Cause.REQUEST or (cause == Cause.RULE and not pays_out(programme, month)):
        raise CeibaError(Problem("withdrawal.no_rule", values={"month": month}))
    found = savings_in(scope_of(actor)).filter(programme=programme)
    if cause == Cause.EXIT:
        exited = Enrolment.objects.filter(programme=programme, state="exited")
        found = found.filter(participant__in=exited.values("participant"))
    accounts = [
        each for each in found.order_by("pk").select_for_update(of=("self",)) if each.available_minor > 0
    ]
    people = [each.participant_id or 0 for each in accounts]
    asked = Withdrawal.objects.filter(
        programme=programme, month=month.first_day, state__in=[Asked.ASKED, Asked.APPROVED]
    )
    taken = open_withdrawals(programme, people) | set(asked.values_list("participant_id", flat=True))
    made = Withdrawal.objects.bulk_create(
        (
            Withdrawal(**_asked(each, each.available_minor, cause, "", actor, at))
            for each in accounts
            if each.participant_id not in taken
        ),
        batch_size=5_000,
    )
    event_record(
        actor=actor,
        action="withdrawal.asked_due",
        subject=f"{programme}:{month}",
        detail={"cause": str(cause), "people": len(made)},
    )
    return len(made)


@transaction.atomic
def withdrawals_decide(
    *, withdrawals: Collection[int], approve: bool, why: str, actor: User, at: datetime
) -> int:
    """Approve or refuse withdrawals that were asked for by others, all or none; returns how many.

    Raises CeibaError (withdrawal.*) when the actor may not, asked for one, one is decided, or a refusal says nothing.
    """
    ids = set(withdrawals)
    rows = list(
        withdrawals_in(scope_of(actor)).filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    )
    if not may(actor, Action.APPROVE_RUN) or len(rows) != len(ids):
        raise CeibaError(Problem("withdrawal.not_allowed"))
    if any(row.asked_by_id == actor.pk for row in rows):
        raise CeibaError(Problem("withdrawal.same_person"))
    if any(row.state != Asked.ASKED for row in rows):
        raise CeibaError(Problem("withdrawal.turn"))
    if not approve and not why.strip():
        raise CeibaError(Problem("withdrawal.why"))
    state = Asked.APPROVED if approve else Asked.REFUSED
    Withdrawal.objects.filter(pk__in=ids).update(
        state=state, decided_by=actor, decided_at=at, why="" if approve else why.strip()
    )
    event_record(
        actor=actor,
        action=f"withdrawal.{state}",
        subject="withdrawals",
        detail={"withdrawals": sorted(ids), "amount_minor": sum(row.amount_minor for row in rows)},
    )
    return len(rows)


@transaction.atomic
def withdrawal_give_up(*, withdrawal_id: int, why: str, actor: User, at: datetime) -> Withdrawal:
    """Let go of an approved withdrawal that no run pays. Raises CeibaError (withdrawal.*)."""
    row = withdrawals_in(scope_of(actor)).select_for_update(of=("self",)).filter(pk=withdrawal_id).first()
    if row is None or not may(actor, Action.APPROVE_RUN):
        raise CeibaError(Problem("withdrawal.not_allowed"))
    if row.state != Asked.APPROVED or not followed([row])[0].is_open:
        raise CeibaError(Problem("withdrawal.turn"))
    if not why.strip():
        raise CeibaError(Problem("withdrawal.why"))
    row.state, row.why = Asked.GIVEN_UP, why.strip()
    row.save(update_fields=["state", "why"])
    event_record(
        actor=actor,
        action="withdrawal.given_up",
        subject=f"withdrawal:{row.pk}",
        detail={"at": at.isoformat()},
    )
    return row


def withdrawals_pay(
    *, programme: str, month: Month, bank_account: BankAccount, execute_on: date, actor: User, at: datetime
) -> PaymentRun:
    """Draft a run that pays the approved withdrawals of a month within the actor's areas.

    Raises CeibaError (withdrawal.not_allowed, withdrawal_run.*).
    """
    scope: Scope = scope_of(actor)
    if not may(actor, Action.PREPARE_RUN):
        raise CeibaError(Problem("withdrawal.not_allowed"))
    with transaction.atomic():
        return withdrawals_draft(
            programme=programme,
            month=month,
            areas=scope.areas,
            due=due_of(programme, bank_account.currency, month.first_day, scope),
            bank_account=bank_account,
            execute_on=execute_on,
            at=at,
            actor=actor,
        )


def _asked(
    account: Account, amount_minor: int, cause: Cause, note: str, actor: User, at: datetime
) -> dict[str, object]:
    return {
        "programme_id": account.programme_id,
        "participant_id": account.participant_id,
        "month": Month.of(at.date()).first_day,
        "currency": account.currency,
        "amount_minor": amount_minor,
        "cause": cause,
        "note": note.strip(),
        "asked_by": actor,
        "asked_at": at,
    }


def _check_cause(cause: Cause, account: Account, month: Month) -> None:
    if cause == Cause.RULE and not pays_out(account.programme_id, month):
        raise CeibaError(Problem("withdrawal.no_rule", values={"month": month}))
    ended = Enrolment.objects.filter(
        programme=account.programme_id, participant=account.participant_id, state="exited"
    )
    if cause == Cause.EXIT and not ended.exists():
        raise CeibaError(Problem("withdrawal.not_ended"))
