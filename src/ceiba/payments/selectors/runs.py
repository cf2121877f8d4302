"""What a payment run is planned from, and what waits in it."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.accounts.models import User
from ceiba.accounts.selectors import scope_of
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.payment_run import UNCLAIMED, PaymentState, RunKind
from ceiba.core.variance import PAID
from ceiba.frames.postgres import read_frame, read_queryset
from ceiba.payments.models import Hold, Payment, PaymentRun
from ceiba.rails.base import Rail
from ceiba.rulebook.selectors import latest_version, rulebook_of

_SQL: Final = Path(__file__).parents[1] / "sql"


def sql_text(name: str) -> str:
    """A statement of this app."""
    return (_SQL / f"{name}.sql").read_text()


_UNCLAIMED_SQL: Final = sql_text("unclaimed")
_PENDING_SQL: Final = sql_text("pending")
_CLAIMED_SQL: Final = sql_text("claimed")
_LISTED_SQL: Final = sql_text("listed")
RELEASED_SQL: Final = sql_text("released")
SETTLED_SQL: Final = sql_text("settled")
POSTED_SQL: Final = sql_text("posted")

OUTCOMES: Final = FrameSchema(
    "outcomes of payments",
    (
        Column("payment_id", pl.String),
        Column("state", pl.String, meaning="`paid`, `rejected` or `returned`"),
        Column("reason", pl.String, nullable=True, meaning="the bank's code"),
    ),
    key=("payment_id",),
)
PENDING: Final = FrameSchema(
    "pending transfers of a run",
    (
        Column("transfer_id", pl.String),
        Column("payment_id", pl.String, nullable=True, meaning="null: saved"),
        Column("payment_minor", pl.Int64, nullable=True),
    ),
    key=("transfer_id",),
)
ORDERED: Final = FrameSchema(
    "ordered payments",
    (
        Column("payment_id", pl.String),
        Column("account_id", pl.Int64, meaning="payee account"),
        Column("amount_minor", pl.Int64),
    ),
    key=("account_id",),
)
_AMOUNTS: Final = FrameSchema(
    "amounts by person",
    (
        Column("participant_id", pl.Int64),
        Column("area", pl.String),
        Column("amount_minor", pl.Int64),
        Column("phone", pl.String, nullable=True),
    ),
    key=("participant_id",),
)


def covers(user: User, run: PaymentRun) -> bool:
    """Whether the user's scope holds every area of a run."""
    scope = scope_of(user)
    return all(scope.covers(area) for area in run.areas)


def unclaimed_lines(programme: str, month: date, areas: Collection[str]) -> pl.DataFrame:
    """The lines of a month's list that nothing live pays (`UNCLAIMED`), sorted by its key."""
    params = {"programme": programme, "month": month, "areas": prefixes(areas)}
    return read_frame(_UNCLAIMED_SQL, params, UNCLAIMED).sort(UNCLAIMED.key)


def payees_of(accounts: pl.DataFrame, by: Rail) -> pl.DataFrame:
    """Where people are paid (`PAYEES` of `payees.ACCOUNTS`), and whether a rail reaches them there."""
    schemes = [str(scheme) for scheme in by.schemes]
    return accounts.select("participant_id", "account_id", reachable=pl.col("scheme").is_in(schemes))


def held_people(programme: str) -> pl.Series:
    """Ids of the people whose pay is held."""
    ids = Hold.objects.filter(programme=programme, lifted_at__isnull=True).values_list(
        "participant_id", flat=True
    )
    return pl.Series("participant_id", list(ids), pl.Int64)


def saved_components(programme: str) -> list[str]:
    """Ids of the components that go into savings."""
    book = rulebook_of(latest_version(programme))
    return sorted({component.id for component in book.components if component.to == "savings"})


def run_pending(run_id: int) -> pl.DataFrame:
    """What of a run nothing has settled yet (`PENDING`)."""
    return read_frame(_PENDING_SQL, {"run": run_id}, PENDING)


def paid_now(programme: str, month: date, areas: Collection[str], accounts: pl.DataFrame) -> pl.DataFrame:
    """Who is paid for a month in some areas by the runs there are (`core.variance.PAID`), to which `accounts`."""
    return _paid(_CLAIMED_SQL, programme, month, areas, accounts)


def paid_before(programme: str, month: date, areas: Collection[str], accounts: pl.DataFrame) -> pl.DataFrame:
    """Who was paid for the month before (`core.variance.PAID`): by its runs, or, where it had none, by its list."""
    last = (Month.of(month) + -1).first_day
    had_runs = PaymentRun.objects.filter(programme=programme, month=last, kind=RunKind.SUPPORT).exists()
    query = _CLAIMED_SQL if had_runs else _LISTED_SQL
    return _paid(query, programme, last, areas, accounts)


def _paid(
    query: str, programme: str, month: date, areas: Collection[str], accounts: pl.DataFrame
) -> pl.DataFrame:
    params = {"programme": programme, "month": month, "areas": prefixes(areas)}
    return PAID.check(
        read_frame(query, params, _AMOUNTS)
        .join(accounts.select("participant_id", "since", account="number"), on="participant_id", how="left")
        .with_columns(new_account=(pl.col("since") > month).fill_null(value=False))
        .sort(PAID.key)
    )


def prefixes(areas: Collection[str]) -> str:
    """The regular expression of codes within the areas; of none, it matches nothing."""
    return "^(" + "|".join(areas) + ")" if areas else "^$"


def ordered_payments(run_id: int, part: int) -> pl.DataFrame:
    """The payments that go into one file of a run (`ORDERED`)."""
    rows = Payment.objects.filter(run=run_id, part=part, state=PaymentState.ORDERED)
    return read_queryset(rows.values_list("id", "account_id", "amount_minor"), ORDERED).sort(ORDERED.key)
