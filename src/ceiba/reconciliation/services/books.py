"""What bookings move in the ledger: between what was ordered and the bank, and into suspense what nobody explains."""

from datetime import date

import polars as pl

from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import TRANSFERS, AccountKind, TransferKind
from ceiba.ledger.models import BankAccount
from ceiba.ledger.services import Beside
from ceiba.reconciliation.selectors.matching import booked_before

_Move = tuple[str, str, int, int, int, date | None]  # what for, kind, debit, credit, minor, month


def bookings(bank: BankAccount, decided: pl.DataFrame, accounts: Beside, mark: str) -> pl.DataFrame:
    """What bookings move between clearing and bank (`TRANSFERS`): one transfer a message and direction."""
    sums = decided.group_by("message").agg(pl.sum("left_minor"), pl.sum("back_minor"), pl.first("month"))
    before = booked_before(bank, sums["message"].to_list())
    clearing, at_bank = accounts[AccountKind.CLEARING], accounts[AccountKind.BANK]
    rows: list[_Move] = []
    for message, left, back, month in sums.sort("message").rows():
        left_before, back_before = before.get(message, (0, 0))
        # What is taken back into an open item goes the other way.
        for what, moved in (("left", left - left_before), ("back", back_before - back)):
            kind = TransferKind.BOOKING if moved > 0 else TransferKind.RETURN_BOOKING
            sides = (clearing, at_bank) if moved > 0 else (at_bank, clearing)
            if moved:
                rows.append((f"{message} {what}", kind.value, *sides, abs(moved), month))
    return _transfers(rows, bank.currency, mark)


def suspended(bank: BankAccount, moved: pl.DataFrame, accounts: Beside, mark: str) -> pl.DataFrame:
    """What open items (`MOVED`) put into suspense or take out of it (`TRANSFERS`): one transfer an item."""
    suspense, at_bank = accounts[AccountKind.SUSPENSE], accounts[AccountKind.BANK]
    rows: list[_Move] = []
    for key, minor in moved.filter(pl.col("moved_minor") != 0).sort("key").rows():
        sides = (suspense, at_bank) if minor > 0 else (at_bank, suspense)
        rows.append((key, TransferKind.UNEXPLAINED.value, *sides, abs(minor), None))
    return _transfers(rows, bank.currency, mark)


def _transfers(rows: list[_Move], currency: str, mark: str) -> pl.DataFrame:
    """Posted transfers (`TRANSFERS`); `mark` and what each is for make its id."""
    names = ["what", "kind", "debit_id", "credit_id", "amount_minor", "month"]
    given = {"what": pl.String} | {name: TRANSFERS.dtypes[name] for name in names[1:]}
    frame = pl.DataFrame(rows, schema=given, orient="row")
    marks = pl.Series([mark], dtype=pl.String).new_from_index(0, frame.height)
    nothing = {
        name: pl.lit(None, dtype) for name, dtype in TRANSFERS.dtypes.items() if name not in [*names, "id"]
    }
    return TRANSFERS.check(
        frame.with_columns(
            **nothing | {"currency": pl.lit(currency), "pending": pl.lit(value=False)},
            id=row_ids("matching", marks, frame["what"]),
        )
    )
