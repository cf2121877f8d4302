"""A programme whose last month was saved instead of paid: everybody in it has savings of 250 dollars."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
import pytest

from ceiba.accounts.models import User
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import ACCOUNTS, AccountKind, account_code
from ceiba.core.savings import Cause
from ceiba.ledger.models import Account, BankAccount
from ceiba.ledger.services import accounts_open
from ceiba.payments.models import Payment, PaymentRun
from ceiba.payments.selectors.runs import OUTCOMES
from ceiba.payments.services import payments_settle
from ceiba.registry.models import Participant
from ceiba.savings.models import Withdrawal
from ceiba.savings.selectors.reach import savings_of
from ceiba.savings.services import withdrawal_ask, withdrawals_decide, withdrawals_pay
from tests.apps.payments.paying.helpers import Paying
from tests.factories import CODE

SAVED_ON = datetime(2026, 11, 8, 15, tzinfo=UTC)  # `paying.helpers.AT`: the day of its release
ASKED = datetime(2026, 12, 3, 15, tzinfo=UTC)
DECEMBER = Month(2026, 12)
HOLDS = "AHORRO-1"


def holder(rail: str) -> BankAccount:
    """The bank account that holds savings, with its accounts in the ledger."""
    bank = BankAccount.objects.create(
        code=HOLDS, programme_id=CODE, holder="Programa, ahorros", scheme="local", number="456", currency="USD",
        rail=rail, holds_savings=True,
    )  # fmt: skip
    rows = [
        (account_code(CODE, "USD", kind, HOLDS), kind.value, CODE, "USD", HOLDS, None, None)
        for kind in (AccountKind.CLEARING, AccountKind.BANK)
    ]
    accounts_open(accounts=pl.DataFrame(rows, schema=ACCOUNTS.dtypes, orient="row"))
    return bank


@dataclass
class Saving:
    """`run` saved; `people` have savings, in the order of their ids."""

    pays: Paying
    bank: BankAccount
    run: PaymentRun
    people: list[Participant]

    @property
    def users(self) -> dict[str, User]:
        return self.pays.users

    def account(self, place: int) -> Account:
        return savings_of(self.people[place].pk)[0]

    def ask(
        self,
        place: int,
        minor: int = 10_000,
        cause: Cause = Cause.REQUEST,
        by: str = "pagos",
        at: datetime = ASKED,
    ) -> Withdrawal:
        return withdrawal_ask(
            account_id=self.account(place).pk,
            amount_minor=minor,
            cause=cause,
            note="",
            actor=self.users[by],
            at=at,
        )

    def approve(self, *made: Withdrawal, by: str = "tesorera") -> int:
        return withdrawals_decide(
            withdrawals=[each.pk for each in made], approve=True, why="", actor=self.users[by], at=ASKED
        )

    def pay(self, by: str = "pagos", bank: BankAccount | None = None) -> PaymentRun:
        return withdrawals_pay(
            programme=CODE, month=DECEMBER, bank_account=bank or self.bank, execute_on=date(2026, 12, 10),
            actor=self.users[by], at=ASKED,
        )  # fmt: skip

    def say(self, state: str, run: PaymentRun) -> int:
        ids = [str(pk) for pk in Payment.objects.filter(run=run).values_list("pk", flat=True)]
        rows = {"payment_id": ids, "state": [state] * len(ids), "reason": [None] * len(ids)}
        return payments_settle(outcomes=pl.DataFrame(rows, schema=OUTCOMES.dtypes), cause="test", at=ASKED)


def saving(pays: Paying) -> Saving:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ceiba.payments.services.runs.saved_components", lambda _: ["support"])
        run = pays.released(pays.draft())
    savers = Account.objects.filter(kind="savings").order_by("participant_id")
    people = [each.participant for each in savers.select_related("participant") if each.participant]
    return Saving(pays, holder(pays.bank.rail), run, people)
