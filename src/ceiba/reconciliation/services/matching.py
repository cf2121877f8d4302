"""Matches what banks said with what was ordered: payments come to their states, bookings into the books, the rest open.

All of it is one transaction: after a crash nothing of it is there, and the next matching does it. Done again, it finds
nothing new to do.
"""

from datetime import date, datetime
from typing import Final

import polars as pl
from django.conf import settings
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.core.matching import OPEN_ITEMS, PAYMENTS, Direction, Kind, Outcome, outcomes
from ceiba.core.payment_run import PaymentState
from ceiba.frames.postgres import copy_frame, execute, temp_frame
from ceiba.ledger.models import BankAccount
from ceiba.ledger.selectors import account
from ceiba.ledger.services import accounts_open, transfers_book
from ceiba.payments.selectors.runs import OUTCOMES
from ceiba.payments.services import payments_settle
from ceiba.reconciliation.models import Act, ItemNote, ItemState, Matching, OpenItem, OutcomeCount
from ceiba.reconciliation.selectors.matching import (
    ITEMS,
    SQL,
    balance_stated,
    booked_after,
    booked_before,
    entries_to_match,
    items_gone,
    items_moved,
    matched_until,
    newest_file,
    payments_to_match,
    stated_until,
)
from ceiba.reconciliation.services.one_by_one import bank_account_lock, next_number

_KEPT_SQL: Final = (SQL / "items_kept.sql").read_text()
_NOTED_SQL: Final = (SQL / "items_noted.sql").read_text()
_NEW_SQL: Final = (SQL / "items_new.sql").read_text()
_KINDS: Final = (AccountKind.BANK, AccountKind.CLEARING, AccountKind.SUSPENSE, AccountKind.CHARGES)
# What an outcome makes of a payment that was ordered. Everything else leaves it ordered: nobody may pay it again.
_PAID: Final = (Outcome.PAID, Outcome.DUPLICATE, Outcome.WRONG_AMOUNT)
_COUNTED: Final = ["message", "run_id", "month", "area", "outcome"]


@transaction.atomic
def entries_match(*, bank_account: BankAccount, today: date, at: datetime, actor: User | None) -> Matching:
    """Match all that was said of the account since the last time, and all that is not done with.

    `today` decides which silence is too long. The books then say of the account what its bank says, to the cent.
    """
    bank_account_lock(bank_account)
    after, newest = matched_until(bank_account), newest_file(bank_account)
    accounts = _accounts(bank_account)
    payments = payments_to_match(bank_account, after, settings.BANK_ANSWER_DAYS)
    found, items = outcomes(
        payments.select(PAYMENTS.names),
        entries_to_match(bank_account, after),
        today=today,
        stated_until=stated_until(bank_account),
    )
    decided = payments.join(found, on="end_to_end_id", how="inner")
    number = next_number(Matching)
    cause = f"bank matching {number}"
    settled = payments_settle(outcomes=_moves(decided), cause=cause, at=at)
    transfers_book(transfers=_booked(bank_account, decided, accounts, cause), cause=cause, at=at)
    _count(bank_account, decided)
    items_found, items_lost = _items_store(bank_account, items, decided, accounts, cause, at)
    _balance_check(bank_account, at)
    matching = Matching.objects.create(
        pk=number,
        bank_account=bank_account,
        last_file=newest,
        payments=decided.height,
        settled=settled,
        items_found=items_found,
        items_gone=items_lost,
        at=at,
        by=actor,
    )
    event_record(
        actor=actor,
        action="bank.matched",
        subject=f"bank account {bank_account.code}",
        detail={"payments": matching.payments, "settled": settled, "items_found": matching.items_found},
    )
    return matching


def _accounts(bank: BankAccount) -> dict[AccountKind, int]:
    """The ledger's accounts beside one at a bank, opened where they are not."""
    programme = bank.programme_id
    rows = [
        (account_code(programme, bank.currency, kind, bank.code), kind.value, programme, bank.currency, bank.code, None, None)
        for kind in _KINDS
    ]  # fmt: skip
    accounts_open(accounts=pl.DataFrame(rows, schema=ACCOUNTS.dtypes, orient="row"))
    return {kind: account(programme, bank.currency, kind, bank.code).pk for kind in _KINDS}


def _moves(decided: pl.DataFrame) -> pl.DataFrame:
    """The payments that come to another state (`payments.OUTCOMES`)."""
    outcome, state = pl.col("outcome"), pl.col("state")
    was_paid = state == PaymentState.PAID
    follows = (
        pl.when(outcome.is_in(_PAID) & (state == PaymentState.ORDERED))
        .then(pl.lit(PaymentState.PAID.value))
        .when((outcome == Outcome.RETURNED) & (was_paid | (state == PaymentState.ORDERED)))
        .then(pl.lit(PaymentState.RETURNED.value))
        # Paid with its batch, and rejected by itself afterwards: it was undone, as if it had come back.
        .when((outcome == Outcome.REJECTED) & was_paid)
        .then(pl.lit(PaymentState.RETURNED.value))
        .when((outcome == Outcome.REJECTED) & (state == PaymentState.ORDERED))
        .then(pl.lit(PaymentState.REJECTED.value))
    )
    return (
        decided.with_columns(state=follows, reason=pl.col("reason").str.slice(0, 35))
        .filter(pl.col("state").is_not_null())
        .select(OUTCOMES.names)
    )


def _booked(bank: BankAccount, decided: pl.DataFrame, accounts: dict[AccountKind, int], mark: str) -> pl.DataFrame:
    """What bookings move between clearing and bank (`TRANSFERS`): one transfer a message and direction."""
    sums = decided.group_by("message").agg(pl.sum("left_minor"), pl.sum("back_minor"), pl.first("month"))
    before = booked_before(bank, sums["message"].to_list())
    clearing, at_bank = accounts[AccountKind.CLEARING], accounts[AccountKind.BANK]
    rows = []
    for message, left, back, month in sums.sort("message").rows():
        left_before, back_before = before.get(message, (0, 0))
        # What is taken back into an open item goes the other way.
        for what, moved in (("left", left - left_before), ("back", back_before - back)):
            kind = TransferKind.BOOKING if moved > 0 else TransferKind.RETURN_BOOKING
            sides = (clearing, at_bank) if moved > 0 else (at_bank, clearing)
            if moved:
                rows.append((f"{message} {what}", kind.value, *sides, abs(moved), month))
    return _transfers(rows, bank.currency, mark)


def _transfers(rows: list[tuple[str, str, int, int, int, date | None]], currency: str, mark: str) -> pl.DataFrame:
    """Posted transfers (`TRANSFERS`) of (what for, kind, debit, credit, minor, month)."""
    names = ["what", "kind", "debit_id", "credit_id", "amount_minor", "month"]
    given = {"what": pl.String} | {name: TRANSFERS.dtypes[name] for name in names[1:]}
    frame = pl.DataFrame(rows, schema=given, orient="row")
    marks = pl.Series([mark], dtype=pl.String).new_from_index(0, frame.height)
    nothing = {name: pl.lit(None, dtype) for name, dtype in TRANSFERS.dtypes.items() if name not in [*names, "id"]}
    return TRANSFERS.check(
        frame.with_columns(
            **nothing | {"currency": pl.lit(currency), "pending": pl.lit(value=False)},
            id=row_ids("matching", marks, frame["what"]),
        )
    )


def _count(bank: BankAccount, decided: pl.DataFrame) -> None:
    """Write down anew what the payments of each message came to; what was cancelled and never paid is none of them."""
    never = (pl.col("state") == PaymentState.CANCELLED) & (pl.col("outcome") == Outcome.AWAITED)
    counts = (
        decided.filter(~never)
        .group_by(_COUNTED)
        .agg(pl.len().alias("payments"), pl.sum("amount_minor", "left_minor", "back_minor"))
        .rename({"area": "area_code"})
        .with_columns(bank_account_id=pl.lit(bank.pk, pl.Int64))
    )
    OutcomeCount.objects.filter(bank_account=bank, message__in=decided["message"].unique().to_list()).delete()
    copy_frame(counts, OutcomeCount._meta.db_table)


def _items_store(
    bank: BankAccount,
    items: pl.DataFrame,
    decided: pl.DataFrame,
    accounts: dict[AccountKind, int],
    cause: str,
    at: datetime,
) -> tuple[int, int]:
    """Write down what is open and what is no longer, and keep suspense at what moved and is open.

    Returns how many were found for the first time (or again), and how many are gone.
    """
    temp_frame("match_items", ITEMS, _with_people(bank, items, decided))
    params = {"account": bank.pk, "at": at}
    gone = items_gone(bank)
    moved = pl.concat(
        [items_moved(bank), gone.select("key", moved_minor=-pl.col("suspended_minor"))], how="vertical"
    ).filter(pl.col("moved_minor") != 0)
    suspense, at_bank = accounts[AccountKind.SUSPENSE], accounts[AccountKind.BANK]
    rows = [
        (key, TransferKind.UNEXPLAINED.value, *((suspense, at_bank) if minor > 0 else (at_bank, suspense)), abs(minor), None)
        for key, minor in moved.sort("key").rows()
    ]  # fmt: skip
    transfers_book(transfers=_transfers(rows, bank.currency, cause), cause=cause, at=at)
    execute(_NOTED_SQL, params)
    execute(_KEPT_SQL, params)
    found = execute(_NEW_SQL, params)
    _gone(gone["id"].to_list(), at)
    return found, gone.height


def _with_people(bank: BankAccount, items: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """Open items (`ITEMS`) with the person whose payment each is of, and what each holds in suspense."""
    people = decided.select("end_to_end_id", "participant_id", "area", of_message="message")
    sign = pl.col("direction").replace_strict(
        {Direction.OUT.value: 1, Direction.IN.value: -1, Direction.NONE.value: 0}, return_dtype=pl.Int64
    )
    return ITEMS.check(
        OPEN_ITEMS.check(items)
        .join(people, on="end_to_end_id", how="left")
        .with_columns(
            message=pl.coalesce("of_message", "message"),
            currency=pl.col("currency").fill_null(bank.currency),
            suspended_minor=sign * pl.col("amount_minor"),
        )
        .select(ITEMS.names)
    )


def _gone(numbers: list[int], at: datetime) -> None:
    """Items that later entries explain are closed, but for what a person explained before: that is to be undone."""
    rows = OpenItem.objects.filter(pk__in=numbers)
    ItemNote.objects.bulk_create(ItemNote(item_id=number, act=Act.GONE, at=at) for number in numbers)
    rows.filter(explained_minor=0).update(found=False, suspended_minor=0, state=ItemState.CLOSED)
    rows.exclude(explained_minor=0).update(found=False, suspended_minor=0, state=ItemState.OPEN)


def _balance_check(bank: BankAccount, at: datetime) -> None:
    """An open item where the bank's last closing balance is not what the books say of that day."""
    stated = balance_stated(bank)
    if stated is None:
        return
    ours = account(bank.programme_id, bank.currency, AccountKind.BANK, bank.code).balance_minor
    difference = stated.balance_minor - (ours - booked_after(bank, stated.on))
    before = OpenItem.objects.filter(bank_account=bank, key="balance").first()
    is_open = before is not None and before.found
    if not difference:
        if before is not None and is_open:
            _gone([before.pk], at)
        return
    if before is not None and is_open and before.amount_minor == abs(difference):
        return
    item, _ = OpenItem.objects.update_or_create(
        bank_account=bank,
        key="balance",
        defaults={
            "kind": Kind.BALANCE,
            "direction": Direction.NONE,
            "amount_minor": abs(difference),
            "currency": bank.currency,
            "booked_on": stated.on,
            "state": ItemState.OPEN,
            "found": True,
        },
        create_defaults={
            "kind": Kind.BALANCE,
            "direction": Direction.NONE,
            "amount_minor": abs(difference),
            "currency": bank.currency,
            "booked_on": stated.on,
            "found_at": at,
        },
    )
    ItemNote.objects.create(item=item, act=Act.CHANGED if is_open else Act.FOUND, amount_minor=difference, at=at)
