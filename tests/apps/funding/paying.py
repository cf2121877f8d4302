"""Pays people out of a fund, as the release of a run and the bank's answer do it."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from django.db import transaction

from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, SETTLEMENTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.ledger.selectors import account_ids
from ceiba.ledger.services import accounts_open, transfers_book, transfers_settle
from tests.factories import CODE

AT = datetime(2026, 11, 10, 15, tzinfo=UTC)
MARCH = date(2026, 3, 1)


@transaction.atomic
def pay(
    agreement: str,
    minor: int,
    person: int | None = None,
    *,
    month: date = MARCH,
    for_month: date | None = None,
    component: str = "support",
    kind: TransferKind = TransferKind.SUPPORT,
    settled: bool | None = True,
    back: bool = False,
) -> None:
    """One part of a line: `settled` is what the bank said of it (None: nothing yet); `back`: out again."""
    row: dict[str, Any] = {
        "code": account_code(CODE, "USD", AccountKind.CLEARING, "BANCO-1"), "kind": AccountKind.CLEARING,
        "programme": CODE, "currency": "USD", "subject": "BANCO-1",
    }  # fmt: skip
    accounts_open(accounts=pl.DataFrame([row], ACCOUNTS.dtypes))
    fund = account_ids(CODE, AccountKind.FUND, [agreement])["account_id"].item()
    clearing = account_ids(CODE, AccountKind.CLEARING, ["BANCO-1"])["account_id"].item()
    out = back or kind not in (TransferKind.RECOVERY, TransferKind.RETURNED)
    key = [agreement, minor, person, month, for_month, component, kind, back]
    made = row_ids("test", *(pl.Series([str(each)]) for each in key)).item()
    transfer = {
        "id": made, "kind": kind, "debit_id": fund if out else clearing, "credit_id": clearing if out else fund,
        "amount_minor": minor, "currency": "USD", "pending": True, "participant_id": person, "month": month,
        "for_month": for_month or month, "component": component,
    }  # fmt: skip
    transfers_book(transfers=pl.DataFrame([transfer], TRANSFERS.dtypes), cause="test", at=AT)
    if settled is not None:
        row = {"transfer_id": made, "posted": settled}
        transfers_settle(settlements=pl.DataFrame([row], SETTLEMENTS.dtypes), cause="test", at=AT)
