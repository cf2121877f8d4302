"""A withdrawal is asked for, approved by another, and seen on the person's statement; an auditor sees the proof."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from ceiba.accounts.models import AreaScope
from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.ledger.models import Account
from ceiba.ledger.services import accounts_open, savings_open, transfers_book
from ceiba.savings.models import Withdrawal
from tests.factories import CODE, World
from tests.journeys.looks import check
from tests.journeys.test_payees import SIZES, enter, picture

pytestmark = pytest.mark.browser
AT = datetime(2026, 11, 8, 15, tzinfo=UTC)


def save(made: World, *months: date) -> None:
    """25.00 of each month saved for the first person."""
    code = account_code(CODE, "USD", AccountKind.FUND, "US-1")
    row = {"code": code, "kind": "fund", "programme": CODE, "currency": "USD", "subject": "US-1"}
    accounts_open(accounts=pl.DataFrame([row], ACCOUNTS.dtypes))
    person = made.people[0].pk
    saver = savings_open(programme=CODE, currency="USD", participants=pl.Series([person]))[
        "savings_id"
    ].item()
    rows = [
        {
            "id": row_ids("journey", pl.Series([str(month)])).item(), "kind": TransferKind.SAVING.value,
            "debit_id": Account.objects.get(code=code).pk, "credit_id": saver, "amount_minor": 2_500,
            "currency": "USD", "pending": False, "participant_id": person, "month": month, "for_month": month,
            "component": "support",
        }
        for month in months
    ]  # fmt: skip
    transfers_book(transfers=pl.DataFrame(rows, TRANSFERS.dtypes), cause="journey", at=AT)


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_a_withdrawal_is_asked_for_approved_and_on_the_statement(
    made: World, visit: Callable[..., Any], width: int, height: int
) -> None:
    save(made, date(2026, 9, 1), date(2026, 10, 1))
    for role in ("auditor", "treasury", "payments"):
        for area in ("HN", "SV"):
            AreaScope.objects.create(user=made.users[role], area_code=area)
    page, code = visit(width, height), made.people[0].code

    enter(page, made, "payments", f"/savings/person/{code}/")
    page.fill("[name=amount]", "50.01")
    page.click("text=Pedirlo")
    page.wait_for_selector("text=hay USD 50.00 disponibles")
    page.fill("[name=amount]", "30.00")
    page.fill("[name=note]", "Para semilla")
    page.click("text=Pedirlo")
    page.wait_for_selector("text=Pedido. La tesorería lo aprueba.")
    check(page)
    picture(page, "savings-asked")

    enter(page, made, "treasury", "/savings/withdrawals/")
    page.check("[name=withdrawal]")
    page.click("text=Aprobar lo marcado")
    page.wait_for_selector("text=Se aprobó 1 retiro.")
    page.select_option("#state", "approved")
    page.click("text=Mostrar")
    page.wait_for_selector("text=Para semilla")
    check(page)
    picture(page, "savings-approved")
    assert Withdrawal.objects.get().state == "approved"

    enter(page, made, "participant", f"/savings/person/{code}/")
    assert page.locator("text=Aprobado, aún sin corrida").count() == 1
    assert page.locator("tbody tr", has_text="septiembre de 2026").count() == 1
    assert page.locator("text=Pedirlo").count() == 0
    page.emulate_media(media="print")
    picture(page, "savings-printed")
    page.emulate_media(media="screen")

    enter(page, made, "auditor", f"/savings/{CODE}/proof/")
    # saved outside a run: nothing is on its way for it, and the proof says so
    assert page.locator("text=No cuadra").count() == 1
    enter(page, made, "payments", "/savings/")
