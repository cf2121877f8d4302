"""Everything that a run needs: a decided month, two funders with money, accounts, people for the four steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from ceiba.accounts.models import Role, User
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import AccountKind, account_code
from ceiba.core.payment_run import Step
from ceiba.ledger.models import Account, BankAccount
from ceiba.payments.models import Alert, PaymentRun
from ceiba.payments.services import alert_explain, limit_set, run_draft, run_step
from tests.apps.funding.helpers import BANK, EVERYWHERE, Office
from tests.apps.payees.helpers import used
from tests.factories import CODE, LAST, World, user_make, world

AT = datetime(2026, 11, 8, 15, tzinfo=UTC)
PAY_DAY = date(2026, 11, 10)
OPENED = datetime(2026, 9, 1, tzinfo=UTC)
FOUR = (
    (Step.PREPARE, "pagos", Role.PAYMENTS),
    (Step.REVIEW, "revisora", Role.PAYMENTS),
    (Step.APPROVE, "tesorera", Role.TREASURY),
    (Step.RELEASE, "tesorero", Role.TREASURY),
)


@dataclass
class Paying:
    made: World
    office: Office
    bank: BankAccount
    users: dict[str, User] = field(default_factory=dict)

    def draft(
        self, areas: tuple[str, ...] = EVERYWHERE, month: Month = LAST, at: datetime = AT
    ) -> PaymentRun:
        return run_draft(
            programme=CODE,
            month=month,
            areas=areas,
            bank_account=self.bank,
            execute_on=PAY_DAY,
            at=at,
            actor=self.users["pagos"],
        )

    def step(self, run: PaymentRun, step: Step, by: str, note: str = "", at: datetime = AT) -> PaymentRun:
        return run_step(run_id=run.pk, step=step, actor=self.users[by], at=at, note=note)

    def explain(self, run: PaymentRun) -> None:
        for alert in Alert.objects.filter(run=run, explanation=""):
            alert_explain(alert_id=alert.pk, explanation="Primer mes.", actor=self.users["pagos"], at=AT)

    def released(self, run: PaymentRun) -> PaymentRun:
        self.explain(run)
        for step, by, _ in FOUR:
            run = self.step(run, step, by)
        return run

    def sent(self, run: PaymentRun) -> PaymentRun:
        run = self.released(run)
        PaymentRun.objects.filter(pk=run.pk).update(state="sent")
        run.refresh_from_db()
        return run

    def fund(self, code: str) -> Account:
        return Account.objects.get(code=account_code(CODE, "USD", AccountKind.FUND, code))

    @property
    def clearing(self) -> Account:
        return Account.objects.get(code=account_code(CODE, "USD", AccountKind.CLEARING, BANK))


def codes(act: Callable[[], object]) -> list[str]:
    """The codes of the problems for which something is refused; it leaves nothing behind."""
    with pytest.raises(CeibaError) as refusal, transaction.atomic():
        act()
    return [problem.code for problem in refusal.value.problems]


def paying(people: int = 40, money: int = 10_000_000, months: int = 2) -> Paying:
    """United States 700, Mexico 300 thousandths of everything; all but person 3 have an account at a bank."""
    made = world(people, months)
    office = Office()
    bank = BankAccount.objects.get(code=BANK)
    bank.rail = "iso20022"
    bank.save()
    for agreement in office.two_funders():
        office.accepted("disbursement", agreement, amount_minor=money)
    office.accepted("division", ("US-1", 700), ("MX-1", 300))
    found = Paying(made, office, bank)
    for _, name, role in FOUR:
        found.users[name] = user_make(name, role, areas=EVERYWHERE)
    for step, name, _ in FOUR[2:]:
        limit_set(user=found.users[name], step=step, currency="USD", amount_minor=100_000_000)
    for place, person in enumerate(made.people):
        if place != 3:
            used(
                person.code,
                office.ana,
                found.users["tesorera"],
                now=OPENED,
                scheme="local",
                bank="BANRURAL",
                number=f"44{place:08d}",
            )
    return found


__all__ = ["AT", "CODE", "FOUR", "PAY_DAY", "Paying", "codes", "paying"]
