"""What a matching is made from: payments, what was said of them, and what was open before."""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
from django.db.models import Max, Sum

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.ledger import AccountKind, account_code
from ceiba.core.matching import OPEN_ITEMS, PAYMENTS, TOLD, Outcome
from ceiba.frames.postgres import create_temp, execute, read_frame, temp_frame
from ceiba.ledger.models import Account, BankAccount
from ceiba.reconciliation.models import BankEntry, BankFile, Matching, OutcomeCount, StatedBalance

SQL: Final = Path(__file__).parents[1] / "sql"
_MESSAGES_SQL: Final = (SQL / "messages.sql").read_text()
_PAYMENTS_SQL: Final = (SQL / "payments.sql").read_text()
_ENTRIES_SQL: Final = (SQL / "entries.sql").read_text()
_GONE_SQL: Final = (SQL / "items_gone.sql").read_text()
_DELTAS_SQL: Final = (
    "SELECT t.key, t.suspended_minor - coalesce(i.suspended_minor, 0) AS moved_minor"
    " FROM match_items t LEFT JOIN reconciliation_openitem i ON i.bank_account_id = %(account)s AND i.key = t.key"
)
# What a message is matched for again though nothing new was said of it.
_RESTLESS: Final = (
    Outcome.AWAITED, Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.MISSING, Outcome.CONTRADICTION,
    Outcome.WRONG_AMOUNT,
)  # fmt: skip

_MESSAGES: Final = FrameSchema("messages", (Column("message", pl.String),), key=("message",))
MATCHED: Final = FrameSchema(
    "payments with their people",
    (
        Column("payment_id", pl.String),
        *PAYMENTS.columns,
        Column("state", pl.String),
        Column("run_id", pl.Int64),
        Column("month", pl.Date),
        Column("participant_id", pl.Int64),
        Column("area", pl.String),
    ),
    key=("payment_id",),
)
ITEMS: Final = OPEN_ITEMS.extended(
    "open items with their people",
    (
        Column("suspended_minor", pl.Int64, meaning="plus: gone, minus: came"),
        Column("expected", pl.String, nullable=True, meaning="the recorded movement that it is"),
        Column("participant_id", pl.Int64, nullable=True),
        Column("area", pl.String, nullable=True),
    ),
)
GONE: Final = FrameSchema(
    "items not found any more",
    (Column("id", pl.Int64), Column("key", pl.String), Column("suspended_minor", pl.Int64)),
    key=("id",),
)
MOVED: Final = FrameSchema(
    "what moves in suspense", (Column("key", pl.String), Column("moved_minor", pl.Int64)), key=("key",)
)
# Of `MATCHED` what is told by another of its columns: not sent half a million times.
_TOLD_TWICE: Final = ("end_to_end_id", "batch")
_READ: Final = FrameSchema(
    "payments read", tuple(each for each in MATCHED if each.name not in _TOLD_TWICE), key=("payment_id",)
)
_NAMED: Final = FrameSchema(
    "payments matched",
    (Column("payment_id", pl.String), Column("end_to_end_id", pl.String)),
    key=("payment_id",),
)


def matched_until(account: BankAccount) -> int:
    """The last file of the account that was matched; 0 for none."""
    last = Matching.objects.filter(bank_account=account).aggregate(last=Max("last_file_id"))["last"]
    return int(last or 0)


def newest_file(account: BankAccount) -> BankFile | None:
    """The file of the account taken in last."""
    return BankFile.objects.filter(bank_account=account).order_by("-pk").first()


def stated_until(account: BankAccount) -> date | None:
    """The last day whose statement was read: of files that give a balance, for notices alone tell of no whole day."""
    found: date | None = StatedBalance.objects.filter(bank_account=account).aggregate(last=Max("on"))["last"]
    return found


def payments_to_match(account: BankAccount, after: int, days: int) -> pl.DataFrame:
    """The payments (`MATCHED`) of all messages that files after `after` speak of, or that are not done with.

    `days` after the day the bank was asked to pay, silence is told. Leaves `match_messages` and `match_payments`
    for the queries that follow in the transaction.
    """
    create_temp("match_messages", _MESSAGES)
    params = {"account": account.pk, "after": after}
    execute(_MESSAGES_SQL, params | {"restless": [outcome.value for outcome in _RESTLESS]})
    read = read_frame(_PAYMENTS_SQL, {"days": days}, _READ)
    payments = MATCHED.check(
        read.with_columns(
            end_to_end_id=pl.col("payment_id").str.replace_all("-", "", literal=True).str.to_uppercase(),
            batch="message",
        )
    )
    temp_frame("match_payments", _NAMED, payments)
    return payments


def entries_to_match(account: BankAccount, after: int) -> pl.DataFrame:
    """All that was said of `payments_to_match`, and what is new and speaks of none of them (`TOLD`)."""
    return read_frame(_ENTRIES_SQL, {"account": account.pk, "after": after}, TOLD)


def items_gone(account: BankAccount) -> pl.DataFrame:
    """The items (`GONE`) of what was matched that are not among `match_items`."""
    return read_frame(_GONE_SQL, {"account": account.pk}, GONE)


def items_moved(account: BankAccount) -> pl.DataFrame:
    """What `match_items` move into suspense or out of it (`MOVED`), against what is there."""
    return read_frame(_DELTAS_SQL, {"account": account.pk}, MOVED)


def booked_before(account: BankAccount, messages: list[str]) -> dict[str, tuple[int, int]]:
    """By message, what earlier matchings found booked out and in again for its payments."""
    rows = OutcomeCount.objects.filter(bank_account=account, message__in=messages)
    sums = rows.values_list("message").annotate(left=Sum("left_minor"), back=Sum("back_minor"))
    return {message: (int(left), int(back)) for message, left, back in sums}


def balance_stated(account: BankAccount) -> StatedBalance | None:
    """What the bank said last that there is on the account."""
    return StatedBalance.objects.filter(bank_account=account).order_by("-on", "-pk").first()


def booked_after(account: BankAccount, day: date) -> int:
    """What was booked after `day`, minor units: what came less what left."""
    rows = BankEntry.objects.filter(bank_account=account, booked=True, booked_on__gt=day)
    sums = dict(rows.values_list("credit").annotate(Sum("amount_minor")))
    return int(sums.get(True, 0)) - int(sums.get(False, 0))


def ledger_balance(account: BankAccount) -> int | None:
    """What the books say that there is on the account now; None where it has none yet."""
    codes = account_code(account.programme_id, account.currency, AccountKind.BANK, account.code)
    found = Account.objects.filter(code=codes).first()
    return found.balance_minor if found else None
