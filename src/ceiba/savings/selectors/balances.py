"""What people's savings were on a day, and what moved on them since."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame

_SINCE_SQL: Final = (Path(__file__).parents[1] / "sql" / "since.sql").read_text()
_SINCE: Final = FrameSchema(
    "savings now, and what moved since a day",
    (
        Column("account_id", pl.Int64),
        Column("participant_id", pl.Int64, nullable=True, meaning="of a balance"),
        Column("on", pl.Date, nullable=True, meaning="null: the balance now"),
        Column("moved_minor", pl.Int64),
    ),
)
BALANCES: Final = FrameSchema(
    "savings on a day",
    (Column("participant_id", pl.Int64), Column("balance_minor", pl.Int64)),
    key=("participant_id",),
)


@dataclass(frozen=True, slots=True)
class Since:
    """`before`: savings (`BALANCES`) at the beginning of a day; `moved`: movements from it on, by day."""

    before: pl.DataFrame
    moved: pl.DataFrame


def since(programme: str, currency: str, day: date) -> Since:
    """Savings at the beginning of `day` (UTC), and what moved from then on. Counted back from what is there now."""
    rows = read_frame(_SINCE_SQL, {"programme": programme, "currency": currency, "since": day}, _SINCE)
    now = rows.filter(pl.col("on").is_null()).select("account_id", "participant_id", now="moved_minor")
    moved = (
        rows.filter(pl.col("on").is_not_null())
        .drop("participant_id")
        .join(now, on="account_id")
        .select("participant_id", "on", "moved_minor")
    )
    taken = moved.group_by("participant_id").agg(pl.sum("moved_minor"))
    before = now.join(taken, on="participant_id", how="left").select(
        "participant_id", balance_minor=pl.col("now") - pl.col("moved_minor").fill_null(0)
    )
    return Since(BALANCES.check(before), moved)


def balances_on(programme: str, currency: str, day: date) -> pl.DataFrame:
    """Everybody's savings (`BALANCES`) at the end of `day`, those of nothing too."""
    return since(programme, currency, day + timedelta(days=1)).before
