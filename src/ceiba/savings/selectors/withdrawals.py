"""Withdrawals within a scope, what became of each, and what people have left to ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.core.payment_run import PaymentState
from ceiba.core.savings import Asked
from ceiba.frames.postgres import read_queryset
from ceiba.ledger.models import Account
from ceiba.payments.selectors.withdrawals import DUE, withdrawal_payments
from ceiba.registry.selectors import participants_in
from ceiba.savings.models import Withdrawal


@dataclass(frozen=True, slots=True)
class Followed:
    """A withdrawal, and the state, run and standing of its last payment (None: none yet)."""

    withdrawal: Withdrawal
    payment_state: str | None
    run_id: int | None
    live: bool

    @property
    def standing(self) -> str:
        """`asked`, `approved`, `refused`, `given_up`, or the state of its payment."""
        if self.withdrawal.state != Asked.APPROVED or self.payment_state in (None, PaymentState.CANCELLED):
            return self.withdrawal.state
        return str(self.payment_state)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody or for a run; while it does nothing more is asked for."""
        return self.withdrawal.state in (Asked.ASKED, Asked.APPROVED) and not self.live


def withdrawals_in(scope: Scope) -> QuerySet[Withdrawal]:
    """The withdrawals of the people a scope reaches."""
    return Withdrawal.objects.filter(participant__in=participants_in(scope).values("pk"))


def followed(withdrawals: Iterable[Withdrawal]) -> list[Followed]:
    """What became of each."""
    rows = list(withdrawals)
    found: dict[tuple[str, int, date], tuple[str, int, bool]] = {}
    for programme in {row.programme_id for row in rows}:
        people = {row.participant_id for row in rows if row.programme_id == programme}
        paid = withdrawal_payments(programme, people)
        found |= {(programme, *key): value for key, value in paid.items()}
    nothing: tuple[str | None, int | None, bool] = (None, None, False)
    return [
        Followed(row, *found.get((row.programme_id, row.participant_id, row.month), nothing)) for row in rows
    ]


def open_withdrawals(programme: str, people: Iterable[int]) -> set[int]:
    """Those of these people who have a withdrawal that waits."""
    rows = Withdrawal.objects.filter(
        programme=programme, participant__in=list(people), state__in=[Asked.ASKED, Asked.APPROVED]
    )
    return {each.withdrawal.participant_id for each in followed(rows) if each.is_open}


def due_of(programme: str, currency: str, month: date, scope: Scope) -> pl.DataFrame:
    """The approved withdrawals of a month within a scope (`payments.selectors.withdrawals.DUE`)."""
    rows = withdrawals_in(scope).filter(
        programme=programme, currency=currency, month=month, state=Asked.APPROVED
    )
    return read_queryset(rows.values_list("participant_id", "amount_minor"), DUE)


def available_of(account: Account) -> int:
    """What may be asked for of a savings account: nothing while a withdrawal of it waits."""
    waits = open_withdrawals(account.programme_id, [account.participant_id or 0])
    return 0 if waits else account.available_minor
