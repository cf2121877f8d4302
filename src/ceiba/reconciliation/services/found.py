"""Writes down what a matching found open, and what it found no longer."""

from datetime import datetime
from typing import Final

import polars as pl

from ceiba.core.ledger import AccountKind
from ceiba.core.matching import OPEN_ITEMS, Direction, Kind
from ceiba.frames.postgres import execute, temp_frame
from ceiba.ledger.models import BankAccount
from ceiba.ledger.selectors import account
from ceiba.ledger.services import Beside, transfers_book
from ceiba.reconciliation.models import Act, ItemNote, ItemState, OpenItem
from ceiba.reconciliation.selectors.matching import (
    ITEMS,
    SQL,
    balance_stated,
    booked_after,
    items_gone,
    items_moved,
)
from ceiba.reconciliation.services.books import suspended
from ceiba.reconciliation.services.expected import Recognised

_KEPT_SQL: Final = (SQL / "items_kept.sql").read_text()
_NOTED_SQL: Final = (SQL / "items_noted.sql").read_text()
_FREED_SQL: Final = (SQL / "items_freed.sql").read_text()
_MATCHED_SQL: Final = (SQL / "items_matched.sql").read_text()
_NEW_SQL: Final = (SQL / "items_new.sql").read_text()
_SIGNS: Final = {Direction.OUT.value: 1, Direction.IN.value: -1, Direction.NONE.value: 0}


def items_store(
    bank: BankAccount,
    recognised: Recognised,
    decided: pl.DataFrame,
    accounts: Beside,
    cause: str,
    at: datetime,
) -> tuple[int, int]:
    """Write down what is open and what is no longer, and keep suspense at what moved and is open.

    Returns how many were found for the first time (or again), and how many are gone.
    """
    temp_frame("match_items", ITEMS, _with_people(bank, recognised, decided))
    params = {"account": bank.pk, "at": at}
    gone = items_gone(bank)
    moved = pl.concat([items_moved(bank), gone.select("key", moved_minor=-pl.col("suspended_minor"))])
    transfers_book(transfers=suspended(bank, moved, accounts, cause), cause=cause, at=at)
    for written in (_NOTED_SQL, _FREED_SQL, _KEPT_SQL):
        execute(written, params)
    found = execute(_NEW_SQL, params)
    execute(_MATCHED_SQL, params)
    _gone(gone["id"].to_list(), at)
    return found, gone.height


def _with_people(bank: BankAccount, recognised: Recognised, decided: pl.DataFrame) -> pl.DataFrame:
    """Open items (`ITEMS`) with the person whose payment each is of, and what each holds in suspense.

    What is a recorded movement holds nothing there: its cents are booked with the record.
    """
    people = decided.select("end_to_end_id", "participant_id", "area", of_message="message")
    sign = pl.col("direction").replace_strict(_SIGNS, return_dtype=pl.Int64)
    return ITEMS.check(
        OPEN_ITEMS.check(recognised.items)
        .join(people, on="end_to_end_id", how="left")
        .join(recognised.pairs.select("key", "expected"), on="key", how="left")
        .with_columns(
            message=pl.coalesce("of_message", "message"),
            currency=pl.col("currency").fill_null(bank.currency),
            suspended_minor=pl.when(pl.col("expected").is_null())
            .then(sign * pl.col("amount_minor"))
            .otherwise(0),
        )
        .select(ITEMS.names)
    )


def _gone(numbers: list[int], at: datetime) -> None:
    """Items that later entries explain are closed, but for what a person explained before: that is to be undone."""
    rows = OpenItem.objects.filter(pk__in=numbers)
    ItemNote.objects.bulk_create(ItemNote(item_id=number, act=Act.GONE, at=at) for number in numbers)
    rows.filter(explained_minor=0).update(found=False, suspended_minor=0, state=ItemState.CLOSED)
    rows.exclude(explained_minor=0).update(found=False, suspended_minor=0, state=ItemState.OPEN)


def balance_check(bank: BankAccount, ahead_minor: int, at: datetime) -> None:
    """An open item where the bank's last closing balance is not what the books say of that day.

    `ahead_minor` is what the books have and the bank is yet to show, which has items of its own once it is late.
    """
    stated = balance_stated(bank)
    if stated is None:
        return
    ours = account(bank.programme_id, bank.currency, AccountKind.BANK, bank.code).balance_minor
    difference = stated.balance_minor - (ours - ahead_minor - booked_after(bank, stated.on))
    before = OpenItem.objects.filter(bank_account=bank, key=Kind.BALANCE.value).first()
    is_open = before is not None and before.found
    if not difference:
        if before is not None and is_open:
            _gone([before.pk], at)
        return
    if before is not None and is_open and before.amount_minor == abs(difference):
        return
    values = {
        "kind": Kind.BALANCE,
        "direction": Direction.NONE,
        "amount_minor": abs(difference),
        "currency": bank.currency,
        "booked_on": stated.on,
        "state": ItemState.OPEN,
        "found": True,
    }
    item, _ = OpenItem.objects.update_or_create(
        bank_account=bank, key=Kind.BALANCE.value, defaults=values, create_defaults=values | {"found_at": at}
    )
    ItemNote.objects.create(
        item=item, act=Act.CHANGED if is_open else Act.FOUND, amount_minor=difference, at=at
    )
