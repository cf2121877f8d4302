"""What the simulated bank says is looked at, taken in, matched; a deposit is entered, a fee explained."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.funding.models import Agreement, Disbursement
from ceiba.ledger.models import BankAccount
from ceiba.payments.models import Payment, PaymentRun
from ceiba.payments.services import run_send
from ceiba.rails.simulator.bank import work
from ceiba.rails.simulator.booked import Behaviour, Deposit
from ceiba.rails.simulator.outcomes import outcome
from ceiba.reconciliation.models import ItemState, OpenItem
from ceiba.reconciliation.services.files import bank_file_take
from ceiba.savings.models import Move
from ceiba.savings.selectors.moves import message_of
from ceiba.savings.selectors.proof import sources_of
from ceiba.savings.services import move_confirm, move_order
from tests.apps.payments.paying.helpers import AT, PAY_DAY, Paying
from tests.apps.reconciliation.test_simulated import SHARES, seeds_of_everything
from tests.apps.savings.helpers import holder
from tests.factories import CODE
from tests.journeys.looks import check, check_focus
from tests.journeys.test_payees import picture
from tests.journeys.test_paying import SIZES, enter, pays
from tests.queue import worked

pytestmark = pytest.mark.browser
__all__ = ["pays"]
RECORDED, NEW, WRONG = "DEP-2026-101", "DEP-2026-102", "DEP-2026-103"


@dataclass
class Bank:
    """A run at the bank, a move ordered, and where the bank takes and leaves its files."""

    pays: Paying
    run: PaymentRun
    move: Move
    target: BankAccount
    folder: Path
    outbox: Path

    def answers(self) -> dict[str, Path]:
        """The bank's answers to all that it was sent, by name."""
        payments, moves = list(Payment.objects.filter(run=self.run)), message_of(self.move)
        seed = next(seed for seed in seeds_of_everything(payments) if outcome(seed, moves, SHARES) == "paid")
        deposits = (Deposit(RECORDED, 1_250_000), Deposit(NEW, 830_000), Deposit(WRONG, 499_500))
        behaviour = Behaviour(
            seed=seed, shares=SHARES, deposits=deposits,
            own_accounts=(self.target.number,), opening_minor=20_000_000,
        )  # fmt: skip
        return {name: self.folder / name for name in work(self.outbox, self.folder, behaviour).answers}

    def take(self, path: Path) -> None:
        account = self.target if f"-own-{self.target.number}" in path.name else self.pays.bank
        bank_file_take(path=path, name=path.name, bank_account=account, actor=None, at=timezone.now())


@pytest.fixture
def bank(pays: Paying, tmp_path: Path, settings: Any) -> Bank:
    """Guatemala is paid, Honduras has saved; two deposits are recorded, one of them with another amount."""
    settings.DATA_DIR = tmp_path / "data"
    agreement = Agreement.objects.get(code="US-1")
    for reference, minor in ((RECORDED, 1_250_000), (WRONG, 500_000)):
        pays.office.accepted(
            "disbursement", agreement, amount_minor=minor, reference=reference, value_date=PAY_DAY
        )
    run = run_send(run_id=pays.released(pays.draft(("GT",))).pk, at=AT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ceiba.payments.services.runs.saved_components", lambda _: ["support"])
        pays.released(pays.draft(("HN",)))
    target = holder("iso20022")
    order = {"programme": CODE, "cause": sources_of(CODE)[0].cause, "actor": pays.users["tesorera"], "at": AT}
    move = move_confirm(move_id=move_order(**order).pk, actor=pays.users["tesorero"], at=AT)
    pays.office.berta.set_password("arbol-de-ceiba-2026")
    pays.office.berta.save()
    outbox = tmp_path / "data" / "bank" / "outbox" / pays.bank.code
    return Bank(pays, run, move, target, tmp_path / "answers", outbox)


def look(page: Any, name: str) -> None:
    check(page)
    picture(page, f"reconciling-{name}")


def the_move_is_sent(page: Any, bank: Bank) -> None:
    enter(page, "tesorero", f"/savings/{CODE}/proof/")
    page.click("text=Enviarlo al banco")
    page.wait_for_selector("text=El trabajador escribe su archivo y lo envía.")
    worked()
    page.reload()
    assert page.locator("text=enviado el").count() == 1
    look(page, "move-sent")


def the_statement_is_taken(page: Any, statement: Path) -> None:
    """Looked at, and taken in by the worker."""
    page.set_input_files("#file", statement)
    look(page, "before")
    page.click("text=Revisarlo")
    page.wait_for_selector("text=Todavía no se ha cambiado nada")
    look(page, "preview")
    page.click("text=Registrar el archivo completo")
    page.wait_for_url("**/files/taking/*/")
    look(page, "taking")
    assert worked() == ["succeeded"]
    page.wait_for_selector("text=A la conciliación")
    look(page, "taken")
    page.click("text=A la conciliación")
    look(page, "board")


def a_deposit_is_entered(page: Any) -> Disbursement:
    item = OpenItem.objects.get(reference=NEW)
    page.goto(f"/reconciliation/items/{item.pk}/")
    page.click("text=Tomarla")
    page.wait_for_selector("text=Ya es suya.")
    look(page, "deposit")
    page.select_option("#agreement", "US-1")
    page.click("text=Anotar el desembolso")
    page.wait_for_selector("text=Anotado como desembolso")
    look(page, "deposit-entered")
    return Disbursement.objects.get(reference=NEW)


def a_fee_is_explained(page: Any) -> None:
    item = OpenItem.objects.filter(kind="other", direction="out", state=ItemState.OPEN).order_by("pk")[0]
    page.goto(f"/reconciliation/items/{item.pk}/")
    page.select_option("#account", label="Comisiones del banco · BANCO-1")
    page.fill("#why", "Comisión por dispersión, contrato 4.")
    page.click("main button:has-text('Explicar')")
    page.wait_for_selector("text=La explicación quedó guardada.")
    look(page, "fee-explained")
    item.refresh_from_db()
    assert item.state == ItemState.EXPLAINED


def the_office_confirms(page: Any, deposit: Disbursement) -> None:
    enter(page, "berta", f"/funding/{CODE}/decide/disbursement/{deposit.pk}/")
    look(page, "deposit-decided")
    page.click("button[value=accept]")
    page.wait_for_selector("text=Confirmado")
    assert "succeeded" in worked()
    item = OpenItem.objects.get(reference=NEW)
    assert (item.state, item.expected) == (ItemState.MATCHED, f"disbursement:{deposit.pk}")


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_what_the_bank_says_is_taken_in_and_everything_open_has_somebody(
    bank: Bank, visit: Callable[..., Any], width: int, height: int
) -> None:
    page = visit(width, height)
    the_move_is_sent(page, bank)
    answers = bank.answers()
    (statement,) = (
        path for name, path in answers.items() if f"camt053-{PAY_DAY:%Y%m%d}-" in name and "-own-" not in name
    )
    for path in answers.values():
        if path != statement:
            bank.take(path)
    enter(page, "pagos", "/reconciliation/?account=AHORRO-1")
    page.click("text=Conciliar de nuevo")
    page.wait_for_selector("text=Conciliado:")
    look(page, "board-savings")
    page.goto(f"/reconciliation/?account={bank.pays.bank.code}")
    the_statement_is_taken(page, statement)
    check_focus(page)
    page.click("text=Verlas todas")
    look(page, "items")
    kinds = set(OpenItem.objects.filter(state=ItemState.OPEN).values_list("kind", flat=True))
    assert {"unknown", "short", "differs", "other"} <= kinds
    assert OpenItem.objects.get(reference=RECORDED).state == ItemState.MATCHED
    bank.move.refresh_from_db()
    assert bank.move.state == "booked"
    page.goto("/reconciliation/items/?state=matched")
    look(page, "items-matched")
    page.goto(f"/reconciliation/items/{OpenItem.objects.get(reference=RECORDED).pk}/")
    look(page, "deposit-matched")
    page.goto(f"/reconciliation/items/{OpenItem.objects.get(kind='differs').pk}/")
    look(page, "deposit-differs")
    a_fee_is_explained(page)
    deposit = a_deposit_is_entered(page)
    the_office_confirms(page, deposit)
    User.objects.filter(username="pagos").update(language="en")
    enter(page, "pagos", f"/reconciliation/items/{OpenItem.objects.get(reference=NEW).pk}/")
    look(page, "english-deposit")
    assert page.locator("text=Matched").count() >= 1
    for name, address in (
        ("board", f"/reconciliation/?account={bank.pays.bank.code}"), ("items", "/reconciliation/items/"),
        ("differs", f"/reconciliation/items/{OpenItem.objects.get(kind='differs').pk}/"),
        ("proof", f"/savings/{CODE}/proof/"),
    ):  # fmt: skip
        page.goto(address)
        look(page, f"english-{name}")
