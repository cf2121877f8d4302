"""A run that was sent to the bank, made once for a module of tests, and the bank."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from ceiba.core.ledger import AccountKind, account_code
from ceiba.ledger.models import Account, BankAccount
from ceiba.ledger.selectors import strayed
from ceiba.payments.models import Payment, PaymentFile, PaymentRun
from ceiba.reconciliation.models import Matching, OpenItem
from ceiba.reconciliation.services.files import Taken, bank_file_take
from ceiba.reconciliation.services.matching import entries_match
from tests.apps.funding.helpers import BANK
from tests.apps.modules import kept_for_module, savepoint
from tests.apps.payments.paying.helpers import CODE, PAY_DAY, Paying, paying
from tests.apps.reconciliation.bank import Bank

AT = datetime(2026, 11, 11, 9, tzinfo=UTC)
MESSAGE = "CEIBA-1-1"


@dataclass
class Sent:
    """A run at the bank, what takes in its answers, and what the books say."""

    paying: Paying
    run: PaymentRun
    payments: list[Payment]
    folder: Path
    clock: datetime = AT

    @property
    def account(self) -> BankAccount:
        return self.paying.bank

    def bank(self) -> Bank:
        return Bank(self.folder)

    def take(self, path: Path, name: str = "") -> Taken:
        self.clock += timedelta(minutes=1)
        return bank_file_take(
            path=path, name=name or path.name, bank_account=self.account, actor=None, at=self.clock
        )

    def match(self, today: date = PAY_DAY) -> Matching:
        self.clock += timedelta(minutes=1)
        return entries_match(bank_account=self.account, today=today, at=self.clock, actor=None)

    def state(self, payment: Payment) -> str:
        return Payment.objects.get(pk=payment.pk).state

    def states(self) -> list[str]:
        return [self.state(payment) for payment in self.payments]

    def balance(self, kind: AccountKind) -> int:
        code = account_code(CODE, "USD", kind, BANK)
        found = Account.objects.filter(code=code).first()
        return found.balance_minor if found else 0

    def items(self) -> dict[str, OpenItem]:
        return {item.key: item for item in OpenItem.objects.all()}

    def whole(self) -> None:
        """The books are what their transfers add up to, and suspense holds what is open and moved."""
        assert strayed(CODE) == []
        assert self.balance(AccountKind.SUSPENSE) == sum(item.left_minor for item in OpenItem.objects.all())


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: object) -> None:
    settings.DATA_DIR = tmp_path_factory.mktemp("data")  # type: ignore[attr-defined]


def sent_run(folder: Path, *, is_sent: bool = True) -> Sent:
    """A run at the bank; or, not `is_sent`, one that was released and whose file has stayed here."""
    pays = paying(people=12)
    run = pays.sent(pays.draft()) if is_sent else pays.released(pays.draft())
    bank = pays.bank
    bank.rail = "iso20022"
    bank.save()
    PaymentFile.objects.create(
        run=run, part=1, rail="iso20022", message=MESSAGE, name="orden.xml", sha256="0" * 64,
        orders=run.payments, amount_minor=run.amount_minor, written_at=AT,
        sent_at=AT - timedelta(days=1) if is_sent else None,
    )  # fmt: skip
    with connection.cursor() as cursor:  # what the release asked the worker for is done here by hand
        cursor.execute("DELETE FROM procrastinate_jobs")
    return Sent(pays, run, list(Payment.objects.filter(run=run).order_by("participant")), folder)


@pytest.fixture(scope="module")
def sent_once(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Sent]:
    with kept_for_module(django_db_blocker.unblock):
        with override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
            made = sent_run(Path())
        yield made


@pytest.fixture
def db(sent_once: Sent) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def sent(db: None, sent_once: Sent, tmp_path: Path) -> Sent:
    """A copy, so that what a test changes in it is gone with what it changed in the database."""
    return replace(deepcopy(sent_once), folder=tmp_path)
