"""What a month pays that the month before did not: alerts that block a run until somebody has explained them.

In February to July 2019 the people paid went from 54,000 to 150,000, 47,000 and 224,000 and nobody was asked why
(reference: domain dossier, finding 2). Here a jump has a person's explanation beside it, or nothing is paid.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

PAID: Final = FrameSchema(
    "paid by person",
    (
        Column("participant_id", pl.Int64),
        Column("area", pl.String, meaning="code of the department or state"),
        Column("amount_minor", pl.Int64),
        Column(
            "account",
            pl.String,
            nullable=True,
            meaning="what stands for the account: two people's are the same",
        ),
        Column("phone", pl.String, nullable=True, meaning="what stands for the telephone"),
        Column("new_account", pl.Boolean, meaning="it changed since the month before"),
    ),
    key=("participant_id",),
)

ALERTS: Final = FrameSchema(
    "alerts",
    (
        Column(
            "code", pl.String, meaning="`people`, `amount`, `new_accounts`, `shared_account`, `shared_phone`"
        ),
        Column("area", pl.String, meaning="empty: of the whole run"),
        Column("now", pl.Int64, meaning="people, minor units, or accounts"),
        Column("before", pl.Int64),
    ),
    key=("code", "area"),
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a difference is an alert: `[variance]` of `programme.toml`, each with its basis.

    What a programme leaves out is as here, and nobody has established it.
    Percentages are of the month before; an area of fewer than `people_min` people in both months is not looked at.
    """

    people_percent: int = 10
    amount_percent: int = 10
    new_accounts_percent: int = 5
    people_min: int = 5
    account_people_max: int = 1
    phone_people_max: int = 3


def alerts(now: pl.DataFrame, before: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """What differs between the people paid `now` and `before` (`PAID`) by more than it may (`ALERTS`), by area.

    The first month of all has nothing before it: everybody is new, and every area says so.
    """
    current, last = PAID.check(now), PAID.check(before)
    areas = (
        _by_area(current)
        .join(_by_area(last), on="area", how="full", coalesce=True, suffix="_before")
        .fill_null(0)
        .sort("area")
    )
    found = [
        _jumped(areas, "people", thresholds.people_percent, thresholds.people_min),
        _jumped(areas, "amount", thresholds.amount_percent, thresholds.people_min),
        _many_new(areas, thresholds),
        _shared(current, last, "account", thresholds.account_people_max),
        _shared(current, last, "phone", thresholds.phone_people_max),
    ]
    return ALERTS.check(pl.concat(found).sort(ALERTS.key))


def _by_area(paid: pl.DataFrame) -> pl.DataFrame:
    return paid.group_by("area").agg(
        people=pl.len().cast(pl.Int64),
        amount=pl.sum("amount_minor"),
        new_accounts=pl.sum("new_account").cast(pl.Int64),
    )


def _jumped(areas: pl.DataFrame, of: str, percent: int, people_min: int) -> pl.DataFrame:
    """Areas where it went up or down by more than `percent`, and which have had enough people to say so."""
    difference = (pl.col(of) - pl.col(f"{of}_before")).abs()
    enough = pl.max_horizontal("people", "people_before") >= people_min
    rows = areas.filter((difference * 100 > pl.col(f"{of}_before") * percent) & enough)
    return _alert(rows, of, pl.col(of), pl.col(f"{of}_before"))


def _many_new(areas: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    many = pl.col("new_accounts") * 100 > pl.col("people") * thresholds.new_accounts_percent
    rows = areas.filter(many & (pl.col("new_accounts") >= thresholds.people_min))
    return _alert(rows, "new_accounts", pl.col("new_accounts"), pl.col("people"))


def _shared(now: pl.DataFrame, before: pl.DataFrame, what: str, people_max: int) -> pl.DataFrame:
    """One alert for the whole run: how many accounts or telephones more people share than may."""

    def count(paid: pl.DataFrame) -> int:
        people = paid.filter(pl.col(what).is_not_null()).group_by(what).len()
        return people.filter(pl.col("len") > people_max).height

    rows = pl.DataFrame({"area": [""], "now": [count(now)], "before": [count(before)]})
    return _alert(rows.filter(pl.col("now") > 0), f"shared_{what}", pl.col("now"), pl.col("before"))


def _alert(rows: pl.DataFrame, code: str, now: pl.Expr, before: pl.Expr) -> pl.DataFrame:
    return rows.select(
        pl.lit(code).alias("code"),
        "area",
        now.cast(pl.Int64).alias("now"),
        before.cast(pl.Int64).alias("before"),
    )
