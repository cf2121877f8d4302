"""A payment run from its draft to its release: what it pays is planned once, then four people move it on.

A draft is one transaction: payments, claims, pending transfers and alerts are there together, or nothing is. A crash
leaves nothing behind, and a draft that is made again is the same plan.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, Final

import polars as pl
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.money import Money
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import AccountKind
from ceiba.core.payment_run import (
    FOUR_PEOPLE,
    LIMITED,
    REACHED_BY,
    RUN_NEXT,
    FileLimits,
    PaymentState,
    Plan,
    RunAccounts,
    RunKind,
    RunState,
    Step,
    planned,
    transfers_of,
)
from ceiba.core.shares import divided
from ceiba.core.variance import Thresholds, alerts
from ceiba.determinations.selectors import sealed_months
from ceiba.frames.postgres import analyze, copy_frame
from ceiba.funding.selectors import shares_of
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import BankAccount
from ceiba.ledger.selectors import account_ids, accounts_short
from ceiba.ledger.services import (
    accounts_beside,
    savings_open,
    transfers_book,
    transfers_settle,
    transfers_settle_found,
)
from ceiba.payees.selectors import accounts_of
from ceiba.payments.models import Alert, Claim, LeftOut, Payment, PaymentRun, RunStep, StepLimit
from ceiba.payments.selectors.runs import (
    RELEASED_SQL,
    covers,
    held_people,
    paid_before,
    paid_now,
    payees_of,
    run_pending,
    saved_components,
    unclaimed_lines,
)
from ceiba.payments.services.sending import send_defer
from ceiba.rails.registry import rail
from ceiba.rulebook.selectors import rulebook_of, version_at

_STEPS: Final = {
    Step.PREPARE: (Action.PREPARE_RUN,),
    Step.REVIEW: (Action.REVIEW_RUN,),
    Step.APPROVE: (Action.APPROVE_RUN,),
    Step.RELEASE: (Action.RELEASE_RUN,),
}
# Whoever takes a step may also stop the run.
MAY: Final = _STEPS | {Step.CANCEL: tuple(action for actions in _STEPS.values() for action in actions)}
BEFORE_SENT: Final = (
    RunState.DRAFT, RunState.PREPARED, RunState.REVIEWED, RunState.APPROVED, RunState.RELEASED,
)  # fmt: skip

register_messages(
    {
        "payment_run.not_sealed": {
            "es": "{month} no está cerrado; se paga un mes cuando está decidido y sellado.",
            "en": "{month} is not closed; a month is paid once it is decided and sealed.",
        },
        "payment_run.nothing": {
            "es": "No queda nada que pagar de {month} en estas áreas: todo está ya en una corrida, o nadie puede "
            "cobrar todavía.",
            "en": "Nothing is left to pay of {month} in these areas: all of it is in a run, or nobody can be "
            "paid yet.",
        },
        "payment_run.not_allowed": {
            "es": "Su cuenta no puede dar este paso: preparan y revisan los responsables de pagos, "
            "autoriza y libera la tesorería.",
            "en": "Your account cannot take this step: payment officers prepare and review, the treasury approves "
            "and releases.",
        },
        "payment_run.not_everywhere": {
            "es": "Esta corrida paga en áreas que su cuenta no abarca; dé el paso quien las abarque todas.",
            "en": "This run pays in areas your account does not cover; somebody who covers them takes the step.",
        },
        "payment_run.same_person": {
            "es": "Usted ya dio otro paso de esta corrida; cada paso lo da una persona distinta.",
            "en": "You have taken another step of this run; each step is taken by a different person.",
        },
        "payment_run.turn": {
            "es": "La corrida o el pago ya está en otro paso; mire cómo está ahora.",
            "en": "The run or the payment is at another step by now; look at how it stands.",
        },
        "payment_run.over_limit": {
            "es": "La corrida suma {amount} y su límite para este paso es {limit}; que lo dé quien tenga uno mayor.",
            "en": "The run adds up to {amount} and your limit for this step is {limit}; somebody with a higher "
            "one takes it.",
        },
        "payment_run.unexplained": {
            "es": "{alerts} alertas están sin explicar; explíquelas antes de preparar la corrida.",
            "en": "{alerts} alerts are not explained; explain them before you prepare the run.",
        },
        "payment_run.short": {
            "es": "Al convenio {agreement} le faltan {missing} para esta corrida: tiene {available}. "
            "Registre el desembolso, o pague menos áreas.",
            "en": "Agreement {agreement} lacks {missing} for this run: it has {available}. "
            "Enter the disbursement, or pay fewer areas.",
        },
        "payment_run.note": {
            "es": "Escriba por qué: quien lea esta corrida después lo necesitará.",
            "en": "Write why: whoever reads this run later will need it.",
        },
        "payment_run.no_fund": {
            "es": "El convenio {agreement} paga una parte y no tiene cuenta en el libro; registre su primer "
            "desembolso.",
            "en": "Agreement {agreement} pays a part and has no account in the ledger; enter its first disbursement.",
        },
    }
)


@dataclass
class Draft:
    """What a run of support will be: each part read or computed when first needed."""

    kind: ClassVar = RunKind.SUPPORT

    programme: str
    month: Month
    areas: tuple[str, ...]
    bank_account: BankAccount
    execute_on: date

    @cached_property
    def lines(self) -> pl.DataFrame:
        """The lines that nothing live pays (`UNCLAIMED`)."""
        return unclaimed_lines(self.programme, self.month.first_day, self.areas)

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """Where people are paid on the day (`payees.ACCOUNTS`)."""
        return accounts_of(programme=self.programme, on=self.execute_on)

    @cached_property
    def plan(self) -> Plan:
        """Payments, claims, and who is left out."""
        bank = self.bank_account
        return planned(
            self.programme,
            self.month.first_day,
            self.lines,
            payees_of(self.accounts, rail(bank.rail, bank.asks)),
            held_people(self.programme),
            saved_components(self.programme),
            FileLimits(bank.orders_max, bank.file_minor_max),
        )

    @cached_property
    def transfers(self) -> pl.DataFrame:
        """The pending transfers; raises CeibaError when shares do not cover a line or a fund has no account."""
        chosen = self.lines.join(
            self.plan.claims, on=["participant_id", "for_month", "component"], how="semi"
        )
        parts = divided(chosen, shares_of(self.programme, self.month.first_day))
        return transfers_of(
            self.plan.claims, parts, self._accounts(parts), self.month.first_day, self.bank_account.currency
        )

    def _accounts(self, parts: pl.DataFrame) -> RunAccounts:
        bank = self.bank_account
        funds = dict(account_ids(self.programme, AccountKind.FUND).iter_rows())
        missing = sorted(set(parts["agreement"].unique()) - funds.keys())
        if missing:
            raise CeibaError(Problem("payment_run.no_fund", values={"agreement": code}) for code in missing)
        clearing = accounts_beside(bank=bank)[AccountKind.CLEARING]
        savers = self.plan.claims.filter(pl.col("payment_id").is_null())["participant_id"].unique()
        savings = savings_open(programme=self.programme, currency=bank.currency, participants=savers)
        return RunAccounts(clearing, funds, savings)


@transaction.atomic
def run_draft(
    *,
    programme: str,
    month: Month,
    areas: Collection[str],
    bank_account: BankAccount,
    execute_on: date,
    at: datetime,
    actor: User | None,
) -> PaymentRun:
    """Plan what is left to pay of a sealed month in `areas` (codes, with all below; "" is everywhere).

    Raises CeibaError (payment_run.*, shares.*) when the month is not sealed, nothing is left, no share covers a line,
    or an agreement has not the money. One draft at a time: the next finds claimed what the one before it claimed.
    """
    books_lock()
    if (programme, month.first_day) not in sealed_months():
        raise CeibaError(Problem("payment_run.not_sealed", values={"month": month}))
    draft = Draft(programme, month, tuple(sorted(areas)), bank_account, execute_on)
    plan = draft.plan
    if not plan.claims.height:
        raise CeibaError(Problem("payment_run.nothing", values={"month": month}))
    short = accounts_short(draft.transfers)
    if short:
        raise CeibaError(_short(subject, lacks, has, bank_account.currency) for subject, lacks, has in short)
    run = run_store(draft, at, actor)
    transfers_book(transfers=draft.transfers, cause=f"payment run {run.pk}", at=at)
    _alerts_store(run, draft)
    event_record(
        actor=actor,
        action="payment_run.drafted",
        subject=f"payment_run:{run.pk}",
        detail={"month": str(month), "payments": run.payments, "amount_minor": run.amount_minor},
    )
    return run


def run_store(draft: Draft, at: datetime, actor: User | None) -> PaymentRun:
    """Write a run with its payments, its claims and who is left out."""
    payments, claims = draft.plan.payments, draft.plan.claims
    run = PaymentRun.objects.create(
        programme_id=draft.programme,
        kind=draft.kind,
        month=draft.month.first_day,
        areas=list(draft.areas),
        bank_account=draft.bank_account,
        currency=draft.bank_account.currency,
        execute_on=draft.execute_on,
        payments=payments.filter(pl.col("amount_minor") > 0).height,
        amount_minor=int(payments["amount_minor"].sum()),
        saved_minor=int(claims.filter(pl.col("payment_id").is_null())["amount_minor"].sum()),
        left_out=draft.plan.left_out.height,
        drafted_at=at,
        drafted_by=actor,
    )
    _plan_store(run, draft)
    return run


def _plan_store(run: PaymentRun, draft: Draft) -> None:
    of_run = (
        pl.lit(run.pk, pl.Int64).alias("run_id"),
        pl.lit(draft.programme).alias("programme_id"),
        pl.lit(run.month).alias("month"),
    )
    copy_frame(draft.plan.payments.with_columns(of_run), "payments_payment")
    copy_frame(draft.plan.claims.with_columns(of_run), "payments_claim")
    copy_frame(draft.plan.left_out.with_columns(of_run[0]), LeftOut._meta.db_table)
    analyze("payments_payment", "id", "run_id", "participant_id", "month", "state")
    analyze("payments_claim", "id", "payment_id", "participant_id", "month", "live")


def _alerts_store(run: PaymentRun, draft: Draft) -> None:
    found = alerts(
        paid_now(draft.programme, run.month, draft.areas, draft.accounts),
        paid_before(draft.programme, run.month, draft.areas, draft.accounts),
        Thresholds(**rulebook_of(version_at(draft.programme, run.drafted_at)).variance),
    )
    copy_frame(
        found.with_columns(pl.lit(run.pk, pl.Int64).alias("run_id"), pl.lit("").alias("explanation")),
        Alert._meta.db_table,
    )


def _short(agreement: str, lacks: int, has: int, currency: str) -> Problem:
    values = {
        "agreement": agreement,
        "missing": Money(lacks, currency),
        "available": Money(has, currency),
    }
    return Problem("payment_run.short", values=values)


@transaction.atomic
def run_step(*, run_id: int, step: Step, actor: User, at: datetime, note: str = "") -> PaymentRun:
    """Move a run on in the name of `actor`, who is written down.

    Raises CeibaError (payment_run.*) when they may not, have taken another step of it, or pass their limit; when
    it is another's turn, alerts are not explained, or a cancellation has no reason.
    """
    run = PaymentRun.objects.select_for_update().get(pk=run_id)
    step_check(run, step, actor)
    if step == Step.CANCEL and not note.strip():
        raise CeibaError(Problem("payment_run.note"))
    RunStep.objects.create(run=run, step=step, actor=actor, note=note.strip(), at=at)
    run.state = REACHED_BY[step]
    run.save(update_fields=["state"])
    if step == Step.RELEASE:
        _released(run, at)
    elif step == Step.CANCEL:
        _cancelled(run, at)
    event_record(actor=actor, action=f"payment_run.{step}", subject=f"payment_run:{run.pk}", detail={})
    return run


def step_check(run: PaymentRun, step: Step, actor: User) -> None:
    """Raise CeibaError (payment_run.*) with why `actor` may not take a step of a run as it stands."""
    if REACHED_BY[step] not in RUN_NEXT[RunState(run.state)]:
        raise CeibaError(Problem("payment_run.turn", values={"state": run.state}))
    if not any(may(actor, action) for action in MAY[step]):
        raise CeibaError(Problem("payment_run.not_allowed"))
    if not covers(actor, run):
        raise CeibaError(Problem("payment_run.not_everywhere"))
    if step in FOUR_PEOPLE and run.steps.filter(actor=actor, step__in=FOUR_PEOPLE).exists():
        raise CeibaError(Problem("payment_run.same_person"))
    unexplained = run.alerts.filter(explanation="").count()
    if step == Step.PREPARE and unexplained:
        raise CeibaError(Problem("payment_run.unexplained", values={"alerts": unexplained}))
    if step in LIMITED:
        _check_limit(run, step, actor)


def _check_limit(run: PaymentRun, step: Step, actor: User) -> None:
    limit = StepLimit.objects.filter(user=actor, step=step, currency=run.currency).first()
    most = limit.amount_minor if limit else 0
    amount = run.amount_minor + run.saved_minor
    if amount > most:
        values = {"amount": Money(amount, run.currency), "limit": Money(most, run.currency)}
        raise CeibaError(Problem("payment_run.over_limit", values=values))


def _released(run: PaymentRun, at: datetime) -> None:
    """The worker sends the files. What needs no bank is done: savings are the people's, recoveries are settled."""
    send_defer(run_id=run.pk)
    transfers_settle_found(
        query=RELEASED_SQL, params={"run": run.pk}, cause=f"payment run {run.pk} released", at=at
    )
    run.orders.filter(amount_minor=0, state=PaymentState.ORDERED).update(state=PaymentState.PAID, state_at=at)


def _cancelled(run: PaymentRun, at: datetime) -> None:
    """What is pending goes back and can be claimed again; what was saved with a release stays the people's."""
    pending = run_pending(run.pk)
    transfers_settle(
        settlements=pending.select("transfer_id", pl.lit(value=False).alias("posted")),
        cause=f"payment run {run.pk} cancelled",
        at=at,
    )
    run.orders.filter(state=PaymentState.ORDERED).update(state=PaymentState.CANCELLED, state_at=at)
    if not run.steps.filter(step=Step.RELEASE).exists():
        Claim.objects.filter(run=run, live=True, payment__isnull=True).update(live=False)


@transaction.atomic
def payment_cancel(*, payment_id: str, actor: User, note: str, at: datetime) -> Payment:
    """Take one person out of a run whose file for the bank is not written; their lines can be claimed by another.

    Raises CeibaError (payment_run.*) when the actor may not, the order is in a file already, or no reason is given.
    """
    payment = Payment.objects.select_related("run").get(pk=payment_id)
    PaymentRun.objects.select_for_update().get(pk=payment.run_id)  # nobody writes a file meanwhile
    payment = Payment.objects.select_for_update(of=("self",)).select_related("run").get(pk=payment_id)
    if not may(actor, Action.PREPARE_RUN) or not covers(actor, payment.run):
        raise CeibaError(Problem("payment_run.not_allowed"))
    is_written = payment.part is not None and payment.run.files.filter(part=payment.part).exists()
    if payment.state != PaymentState.ORDERED or payment.run.state not in BEFORE_SENT or is_written:
        raise CeibaError(Problem("payment_run.turn", values={"state": payment.state}))
    if not note.strip():
        raise CeibaError(Problem("payment_run.note"))
    pending = run_pending(payment.run_id).filter(pl.col("payment_id") == str(payment.pk))
    transfers_settle(
        settlements=pending.select("transfer_id", pl.lit(value=False).alias("posted")),
        cause=f"payment {payment.pk} cancelled",
        at=at,
    )
    Payment.objects.filter(pk=payment.pk).update(
        state=PaymentState.CANCELLED, state_at=at, reason="cancelled"
    )
    event_record(
        actor=actor,
        action="payment.cancelled",
        subject=f"payment:{payment.pk}",
        detail={"note": note.strip()},
    )
    payment.refresh_from_db()
    return payment


@transaction.atomic
def alert_explain(*, alert_id: int, explanation: str, actor: User, at: datetime) -> Alert:
    """Write down why a month differs from the one before; once, while the run is a draft.

    Raises CeibaError (payment_run.*) when the actor may not, somebody did already, or nothing is written.
    """
    alert = Alert.objects.select_for_update().select_related("run").get(pk=alert_id)
    if not may(actor, Action.EXPLAIN_VARIANCE) or not covers(actor, alert.run):
        raise CeibaError(Problem("payment_run.not_allowed"))
    if alert.explanation or alert.run.state != RunState.DRAFT:
        raise CeibaError(Problem("payment_run.turn", values={"state": alert.run.state}))
    if not explanation.strip():
        raise CeibaError(Problem("payment_run.note"))
    alert.explanation, alert.explained_by, alert.explained_at = explanation.strip(), actor, at
    alert.save(update_fields=["explanation", "explained_by", "explained_at"])
    event_record(
        actor=actor,
        action="payment_run.explained",
        subject=f"payment_run:{alert.run_id}",
        detail={"alert": alert.pk},
    )
    return alert


def limit_set(*, user: User, step: Step, currency: str, amount_minor: int) -> StepLimit:
    """The most that a user may approve or release in one run of a currency, from now on."""
    limit, _ = StepLimit.objects.update_or_create(
        user=user, step=step, currency=currency, defaults={"amount_minor": amount_minor}
    )
    event_record(
        actor=None,
        action="payment_run.limit",
        subject=f"user:{user.pk}",
        detail={"step": step, "currency": currency, "amount_minor": amount_minor},
    )
    return limit
