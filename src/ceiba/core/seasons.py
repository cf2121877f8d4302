"""Seasons of work away from home, and which of them count: accepted, gone, and back home on time; one a year.

What was proposed spoke of up to six months a year and of returning, and laid nothing down. So these are assumptions:
on time is until the season's last day; two seasons that begin in one calendar year are one year of the proposal.
How many years are asked for is the rulebook's to say.
"""

from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

STANDINGS: Final = ("completed", "same_year", "late", "no_return", "no_show", "to_come")
"""How a season stands; the first alone counts. `no_return`: departed, and no return is on record (yet)."""
Standing: Final = pl.Enum(STANDINGS)

SEASONS: Final = FrameSchema(
    "seasons accepted",
    (
        Column("participant_id", pl.Int64),
        Column("referral", pl.Int64, meaning="the referral that was accepted"),
        Column("season_from", pl.Date),
        Column("season_until", pl.Date),
        Column("departed_on", pl.Date, True, "null: no departure is on record"),
        Column("returned_on", pl.Date, True, "null: no return is on record"),
        Column("no_show", pl.Boolean, meaning="known not to have departed"),
    ),
    ("referral",),
)
STOOD: Final = SEASONS.extended("seasons and how they stand", (Column("standing", Standing),))
COMPLETED: Final = FrameSchema(
    "seasons completed",
    (Column("participant_id", pl.Int64), Column("seasons_completed", pl.Int32)),
    ("participant_id",),
)
_YEAR: Final = pl.col("season_from").dt.year()


def seasons_stood(seasons: pl.DataFrame) -> pl.DataFrame:
    """`STOOD` of `seasons` (`SEASONS`), by person and by when they began; of two of a year the earlier counts."""
    rows = SEASONS.check(seasons).sort("participant_id", "season_from", "referral")
    on_time = pl.col("returned_on") <= pl.col("season_until")
    earlier = on_time.fill_null(value=False).cast(pl.Int32).cum_sum().over("participant_id", _YEAR)
    standing = (
        pl.when("no_show").then(pl.lit("no_show"))
        .when(pl.col("departed_on").is_null()).then(pl.lit("to_come"))
        .when(pl.col("returned_on").is_null()).then(pl.lit("no_return"))
        .when(~on_time).then(pl.lit("late"))
        .when(earlier > 1).then(pl.lit("same_year"))
        .otherwise(pl.lit("completed"))
    )  # fmt: skip
    return STOOD.check(rows.with_columns(standing=standing.cast(Standing)))


def seasons_completed(seasons: pl.DataFrame) -> pl.DataFrame:
    """How many of `seasons` (`SEASONS`) each person completed (`COMPLETED`); nobody who never departed is in it."""
    gone = seasons_stood(seasons).filter(pl.col("departed_on").is_not_null())
    count = (pl.col("standing") == "completed").sum().cast(pl.Int32)
    return COMPLETED.check(
        gone.group_by("participant_id").agg(seasons_completed=count).sort("participant_id")
    )
