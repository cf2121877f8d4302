"""Opens accounts, books transfers and settles them. The database decides what is allowed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl
from django.db import transaction
from psycopg.sql import SQL, Composable

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.ledger import ACCOUNTS, SETTLEMENTS, TRANSFERS, AccountKind, account_code
from ceiba.frames.postgres import Query, analyze, copy_frame, execute, read_frame, temp_frame
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import Account, BankAccount

SAVERS: Final = FrameSchema("savers", (Column("participant_id", pl.Int64),), key=("participant_id",))
SAVINGS_IDS: Final = FrameSchema(
    "savings accounts",
    (Column("participant_id", pl.Int64), Column("savings_id", pl.Int64)),
    key=("participant_id",),
)
_BESIDE: Final = (
    AccountKind.BANK,
    AccountKind.CLEARING,
    AccountKind.SUSPENSE,
    AccountKind.CHARGES,
    AccountKind.INTEREST,
)
Beside = Mapping[AccountKind, int]
# From here on the planner must know at once what came in.
_MANY: Final = 10_000


@transaction.atomic
def accounts_open(*, accounts: pl.DataFrame) -> int:
    """Open the accounts (`ACCOUNTS`) that are not there yet, by their code; returns how many were opened."""
    books_lock()
    temp_frame("accounts_to_open", ACCOUNTS, ACCOUNTS.check(accounts))
    opened = execute(
        "INSERT INTO ledger_account (code, kind, programme_id, currency, subject, participant_id, floor_minor)"
        " SELECT code, kind, programme, currency, subject, participant_id, floor_minor FROM accounts_to_open"
        " ORDER BY code ON CONFLICT (code) DO NOTHING"
    )
    if opened >= _MANY:
        analyze("ledger_account", "id", "code", "participant_id")
    return opened


@transaction.atomic
def accounts_beside(*, bank: BankAccount) -> Beside:
    """The ids of the ledger's accounts beside one at a bank, by kind, opened where they are not."""
    programme, currency = bank.programme_id, bank.currency
    rows = [
        (account_code(programme, currency, kind, bank.code), kind.value, programme, currency, bank.code, None, None)
        for kind in _BESIDE
    ]  # fmt: skip
    accounts_open(accounts=pl.DataFrame(rows, schema=ACCOUNTS.dtypes, orient="row"))
    codes = {code: AccountKind(kind) for code, kind, *_ in rows}
    found = Account.objects.filter(code__in=codes).values_list("code", "pk")
    return {codes[code]: pk for code, pk in found}


@transaction.atomic
def savings_open(*, programme: str, currency: str, participants: pl.Series) -> pl.DataFrame:
    """The savings accounts of these people (`SAVINGS_IDS`), opened where there were none; none falls below 0."""
    books_lock()
    temp_frame("savers", SAVERS, pl.DataFrame({"participant_id": participants}))
    opened = execute(
        "INSERT INTO ledger_account (code, kind, programme_id, currency, subject, participant_id, floor_minor)"
        " SELECT %(prefix)s || p.code, 'savings', %(programme)s, %(currency)s, p.code, p.id, 0"
        " FROM savers s JOIN registry_participant p ON p.id = s.participant_id"
        " ORDER BY p.id ON CONFLICT (code) DO NOTHING",
        {
            "prefix": account_code(programme, currency, AccountKind.SAVINGS, ""),
            "programme": programme,
            "currency": currency,
        },
    )
    if opened >= _MANY:
        analyze("ledger_account", "id", "code", "participant_id", "kind", "programme_id", "currency")
    return read_frame(
        "SELECT a.participant_id, a.id AS savings_id FROM savers s"
        " JOIN ledger_account a ON a.participant_id = s.participant_id AND a.programme_id = %(programme)s"
        " AND a.currency = %(currency)s",
        {"programme": programme, "currency": currency},
        SAVINGS_IDS,
    )


def transfers_book(*, transfers: pl.DataFrame, cause: str, at: datetime) -> int:
    """Book transfers (`TRANSFERS`), all or none; returns how many.

    Raises IntegrityError when one is booked already, goes between accounts that its kind may not, or would take an
    account below its floor.
    """
    frame = TRANSFERS.check(transfers).with_columns(
        cause=pl.lit(cause), booked_at=pl.lit(at).cast(pl.Datetime("us", "UTC"))
    )
    if not frame.height:
        return 0
    books_lock()
    written = copy_frame(frame, "ledger_transfer")
    if written >= _MANY:
        analyze("ledger_transfer", "id", "month", "participant_id", "payment_id", "claim_id")
    return written


def transfers_settle(*, settlements: pl.DataFrame, cause: str, at: datetime) -> int:
    """Post or void pending transfers (`SETTLEMENTS`), all or none; returns how many.

    Raises IntegrityError when one is not pending or is settled already.
    """
    # In the order of the index: half a million that come as they were joined take twice as long.
    frame = (
        SETTLEMENTS.check(settlements)
        .sort("transfer_id")
        .with_columns(cause=pl.lit(cause), settled_at=pl.lit(at).cast(pl.Datetime("us", "UTC")))
    )
    if not frame.height:
        return 0
    books_lock()
    written = copy_frame(frame, "ledger_settlement")
    if written >= _MANY:
        analyze("ledger_settlement", "transfer_id")
    return written


def transfers_settle_found(*, query: Query, params: Mapping[str, Any], cause: str, at: datetime) -> int:
    """Settle, as `transfers_settle` does, what `query` selects (columns of `SETTLEMENTS`) inside the database."""
    books_lock()
    written = execute(
        SQL(
            "INSERT INTO ledger_settlement (transfer_id, posted, cause, settled_at)"
            " SELECT transfer_id, posted, %(cause)s, %(at)s FROM ({}) found ORDER BY transfer_id"
        ).format(query if isinstance(query, Composable) else SQL(query)),
        {**params, "cause": cause, "at": at},
    )
    if written >= _MANY:
        analyze("ledger_settlement", "transfer_id")
    return written


@transaction.atomic
def bank_account_open(*, programme: str, values: Mapping[str, Any], by: User | None) -> BankAccount:
    """Enter an account of the programme's at a bank (its columns by name), unless one of its code is there."""
    code = values["code"]
    found = BankAccount.objects.filter(code=code).first()
    if found is not None:
        return found
    event_record(actor=by, action="bank_account.opened", subject=f"bank_account:{code}")
    return BankAccount.objects.create(programme_id=programme, **values)
