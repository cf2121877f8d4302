"""A run that pays people their own savings: planned and moved on as any other, out of the account that holds them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar

import polars as pl
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.money import Money
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import AccountKind
from ceiba.core.payment_run import RunAccounts, RunKind, withdrawal_transfers
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import BankAccount
from ceiba.ledger.selectors import accounts_short
from ceiba.ledger.services import accounts_beside, savings_open, transfers_book
from ceiba.payments.models import PaymentRun
from ceiba.payments.selectors.withdrawals import unpaid_withdrawals
from ceiba.payments.services.runs import Draft, run_store

register_messages(
    {
        "withdrawal_run.nothing": {
            "es": "No hay retiros de {month} aprobados y sin corrida en estas áreas.",
            "en": "No withdrawal of {month} is approved and without a run in these areas.",
        },
        "withdrawal_run.not_savings": {
            "es": "La cuenta {account} no guarda ahorros: los retiros salen de la que los guarda.",
            "en": "Account {account} does not hold savings: withdrawals are paid from the one that does.",
        },
        "withdrawal_run.above_balance": {
            "es": "{participant} tiene {available} de ahorro disponible: a su retiro le faltan {missing}.",
            "en": "{participant} has {available} of savings available: their withdrawal lacks {missing}.",
        },
    }
)


@dataclass
class WithdrawalsDraft(Draft):
    """What a run of withdrawals will be; `due` are those approved of the month (`DUE`)."""

    kind: ClassVar = RunKind.WITHDRAWALS
    due: pl.DataFrame = field(default_factory=pl.DataFrame)

    @cached_property
    def lines(self) -> pl.DataFrame:
        """The withdrawals that nothing live pays (`UNCLAIMED`)."""
        return unpaid_withdrawals(self.programme, self.month.first_day, self.areas, self.due)

    @cached_property
    def transfers(self) -> pl.DataFrame:
        """The pending transfers, out of each person's savings."""
        bank, claims = self.bank_account, self.plan.claims
        clearing = accounts_beside(bank=bank)[AccountKind.CLEARING]
        savings = savings_open(
            programme=self.programme, currency=bank.currency, participants=claims["participant_id"]
        )
        return withdrawal_transfers(
            claims, RunAccounts(clearing, {}, savings), self.month.first_day, bank.currency
        )


@transaction.atomic
def withdrawals_draft(
    *,
    programme: str,
    month: Month,
    areas: Collection[str],
    due: pl.DataFrame,
    bank_account: BankAccount,
    execute_on: date,
    at: datetime,
    actor: User | None,
) -> PaymentRun:
    """Plan the payment of the withdrawals `due` (`DUE`) of a month in `areas`; from there on it is a run like others.

    Raises CeibaError (withdrawal_run.*) when nothing is left, the bank account holds no savings, or somebody has not
    so much. The database refuses a withdrawal that another run claims, that nobody approved, or above the balance.
    """
    if not bank_account.holds_savings:
        raise CeibaError(Problem("withdrawal_run.not_savings", values={"account": bank_account.code}))
    books_lock()
    draft = WithdrawalsDraft(programme, month, tuple(sorted(areas)), bank_account, execute_on, due)
    if not draft.plan.claims.height:
        raise CeibaError(Problem("withdrawal_run.nothing", values={"month": month}))
    short = accounts_short(draft.transfers)
    if short:
        raise CeibaError(_above(*row, bank_account.currency) for row in short)
    run = run_store(draft, at, actor)
    transfers_book(transfers=draft.transfers, cause=f"payment run {run.pk}", at=at)
    event_record(
        actor=actor,
        action="withdrawal_run.drafted",
        subject=f"payment_run:{run.pk}",
        detail={"month": str(month), "payments": run.payments, "amount_minor": run.amount_minor},
    )
    return run


def _above(participant: str, lacks: int, has: int, currency: str) -> Problem:
    values = {
        "participant": participant,
        "missing": Money(lacks, currency),
        "available": Money(has, currency),
    }
    return Problem("withdrawal_run.above_balance", values=values)
