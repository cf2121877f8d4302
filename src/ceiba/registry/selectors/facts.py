"""What the register contributes to the facts of a month, for everyone active on its first day."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.facts import SNAPSHOT_KEY
from ceiba.core.facts.catalogue import DOCUMENTS, REGISTER_FACTS
from ceiba.core.geometry import distance_m
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.register import CONTRACT_TENURES
from ceiba.frames.postgres import read_frame

_SQL: Final = Path(__file__).parents[1] / "sql"
_FACTS_SQL: Final = (_SQL / "facts.sql").read_text()
_DOCUMENTS_SQL: Final = (_SQL / "documents.sql").read_text()

_READ: Final = FrameSchema(
    "register as read",
    (
        *SNAPSHOT_KEY,
        Column("country", pl.String),
        Column("variant", pl.String),
        Column("active_on", pl.Date),
        Column("birth_date", pl.Date),
        Column("marginalisation", pl.Int32, True),
        Column("plots", pl.Int32),
        Column("plot_nominal_m2", pl.Int32, True),
        Column("plot_measured_m2", pl.Int32, True),
        Column("plot_overlap_m2", pl.Int32, True),
        Column("tenure", pl.String, True),
        Column("tenure_until", pl.Date, True),
        Column("home_lon", pl.Float64, True),
        Column("home_lat", pl.Float64, True),
        Column("plot_lon", pl.Float64, True),
        Column("plot_lat", pl.Float64, True),
        Column("group_members", pl.Int32, True),
    ),
    ("participant_id",),
)


def register_facts(
    programme: str, month: Month, cutoff: datetime, people: Sequence[int] | None = None
) -> pl.DataFrame:
    """The register's facts (`REGISTER_FACTS`) of everyone active on the first day of `month`, by participant.

    With `people`, numbers of participants, of those among them alone.

    Who is active is told by the spans known at `cutoff`: an exit recorded after it, even one dated back, does not
    change the month. Everything else is as the register says now. Of several plots, areas are summed (null when
    any of them was not measured) and tenure and distance are those of the largest by nominal area.
    """
    params = {"programme": programme, "day": month.first_day, "cutoff": cutoff, "people": people}
    read = read_frame(_FACTS_SQL, params, _READ)
    frame = read.with_columns(
        _years(pl.col("birth_date"), month.last_day).alias("age_years"),
        _months_left(month).alias("tenure_months"),
        _months_enrolled(month).alias("enrolled_months"),
        _home_plot_m(read),
    )
    return REGISTER_FACTS.check(frame).sort("participant_id")


def documents_required_and_held(
    programme: str, on: date, people: Sequence[int] | None = None
) -> pl.DataFrame:
    """What the programme asks of everyone active on a day, and what the register holds (`DOCUMENTS`).

    With `people`, numbers of participants, of those among them alone.
    """
    params = {"programme": programme, "day": on, "people": people}
    found = read_frame(_DOCUMENTS_SQL, params, DOCUMENTS)
    return found.sort(DOCUMENTS.key)


def _years(birth: pl.Expr, day: date) -> pl.Expr:
    """Whole years from birth to a day; who was born on 29 February has a birthday on 1 March in other years."""
    month = birth.dt.month().cast(pl.Int32)  # as polars gives it, a month times 100 leaves its 8 bits
    had = (month * 100 + birth.dt.day()) <= day.month * 100 + day.day
    return (day.year - birth.dt.year() - (~had).cast(pl.Int32)).cast(pl.Int32)


def _months_left(month: Month) -> pl.Expr:
    """Whole months after `month` until the month a contract ends in; 0 when it has ended, null without contract."""
    until = pl.col("tenure_until")
    left = (until.dt.year() - month.year) * 12 + until.dt.month().cast(pl.Int32) - month.month
    return pl.when(pl.col("tenure").is_in(CONTRACT_TENURES)).then(left.clip(0)).cast(pl.Int32)


def _months_enrolled(month: Month) -> pl.Expr:
    """How many first days of months the person has been enrolled on, that of `month` included."""
    since = pl.col("active_on")
    between = (month.year - since.dt.year()) * 12 + month.month - since.dt.month().cast(pl.Int32)
    return (between + (since.dt.day() == 1).cast(pl.Int32)).cast(pl.Int32)


def _home_plot_m(read: pl.DataFrame) -> pl.Series:
    """Whole metres from home to the middle of the plot's bounds; null where either is not known."""
    places = (read[name].to_numpy() for name in ("home_lon", "home_lat", "plot_lon", "plot_lat"))
    metres = pl.Series("home_plot_m", distance_m(*places), pl.Float64)
    return metres.fill_nan(None).round(0).cast(pl.Int32)
