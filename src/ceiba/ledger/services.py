"""Opens accounts, books transfers and settles them. The database decides what is allowed."""

from datetime import datetime
from typing import Final

import polars as pl

from ceiba.core.ledger import ACCOUNTS, SETTLEMENTS, TRANSFERS
from ceiba.frames.postgres import analyze, copy_frame, execute, temp_frame

# From here on the planner must know at once what came in.
_MANY: Final = 10_000


def accounts_open(*, accounts: pl.DataFrame) -> int:
    """Open the accounts (`ACCOUNTS`) that are not there yet, by their code; returns how many were opened."""
    temp_frame("accounts_to_open", ACCOUNTS, ACCOUNTS.check(accounts))
    opened = execute(
        "INSERT INTO ledger_account (code, kind, programme_id, currency, subject, participant_id, floor_minor)"
        " SELECT code, kind, programme, currency, subject, participant_id, floor_minor FROM accounts_to_open"
        " ORDER BY code ON CONFLICT (code) DO NOTHING"
    )
    if opened >= _MANY:
        analyze("ledger_account", "id", "code", "participant_id")
    return opened


def transfers_book(*, transfers: pl.DataFrame, cause: str, at: datetime) -> int:
    """Book transfers (`TRANSFERS`), all or none; returns how many.

    Raises IntegrityError when one is booked already, goes between accounts that its kind may not, or would take an
    account below its floor.
    """
    frame = TRANSFERS.check(transfers).with_columns(
        cause=pl.lit(cause), booked_at=pl.lit(at).cast(pl.Datetime("us", "UTC"))
    )
    written = copy_frame(frame, "ledger_transfer") if frame.height else 0
    if written >= _MANY:
        analyze("ledger_transfer", "id", "payment_id", "debit_id", "credit_id")
    return written


def transfers_settle(*, settlements: pl.DataFrame, cause: str, at: datetime) -> int:
    """Post or void pending transfers (`SETTLEMENTS`), all or none; returns how many.

    Raises IntegrityError when one is not pending or is settled already.
    """
    frame = SETTLEMENTS.check(settlements).with_columns(
        cause=pl.lit(cause), settled_at=pl.lit(at).cast(pl.Datetime("us", "UTC"))
    )
    written = copy_frame(frame, "ledger_settlement") if frame.height else 0
    if written >= _MANY:
        analyze("ledger_settlement", "transfer_id")
    return written
