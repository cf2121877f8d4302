"""Months of service, from determinations alone.

A person's record is a string of marks, one a month from the first on: A accepted, H held, R refused, - not active.
A small h or r is a month held or refused that a rule excuses (illness, say: whatever the rulebook lays down).
It is short enough to keep for everyone (36 months: 36 bytes) and everything counted is computed from it.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month

MARK_OF: Final = {"pay": "A", "hold": "H", "refuse": "R"}
EXCUSED_MARK_OF: Final = MARK_OF | {"hold": "h", "refuse": "r"}
ABSENT: Final = "-"

RECORD: Final = FrameSchema(
    "service record",
    (
        Column("participant_id", pl.Int64),
        Column("first_month", pl.Date),
        Column("last_month", pl.Date, meaning="the last month decided"),
        Column("marks", pl.String, meaning="A, H, R, h, r or - for each month"),
    ),
    key=("participant_id",),
)

SUMMARY: Final = RECORD.extended(
    "service summary",
    (
        Column("months_decided", pl.Int32, meaning="all but -"),
        Column("months_accepted", pl.Int32, meaning="A"),
        Column(
            "months_missed_running",
            pl.Int32,
            meaning="H and R in a row at the end; months excused or not active between are passed over",
        ),
        Column("break_months_longest", pl.Int32, meaning="longest run of months without A between two A"),
    ),
)

BREAKS: Final = FrameSchema(
    "breaks of the record",
    (
        RECORD.columns[0],
        Column("months_excused", pl.Int32, meaning="h and r"),
        Column("break_months_unexcused", pl.Int32, meaning="longest break, h and r left out"),
        Column("months_accepted_in_a_row", pl.Int32, meaning="most A in a row, h and r left out"),
    ),
    key=("participant_id",),
)

DECIDED: Final = FrameSchema(
    "decided months",
    (
        Column("participant_id", pl.Int64),
        Column("month", pl.Date),
        Column("outcome", pl.String, meaning="of the latest revision"),
        Column(
            "excused", pl.Boolean, meaning="whether a rule of the month excuses it, if it is not accepted"
        ),
    ),
    key=("participant_id", "month"),
)


def decided_months(result: pl.DataFrame, month: pl.Expr, excuses: Collection[str]) -> pl.DataFrame:
    """How the months of `result` (participant_id, outcome, failed) ended, for the service record (`DECIDED`).

    `month` is the month of each row, as its first day; `excuses` are the ids of the rules that excuse.
    """
    excused = (
        pl.col("failed").list.set_intersection(pl.lit(sorted(excuses), pl.List(pl.String))).list.len() > 0
    )
    return DECIDED.check(
        result.select(
            "participant_id", month.alias("month"), pl.col("outcome").cast(pl.String), excused=excused
        )
    )


def record_extended(record: pl.DataFrame, decided: pl.DataFrame, month: Month) -> pl.DataFrame:
    """The record with a mark for `month` and the marks of earlier months that were decided again.

    `record` is `RECORD` (or empty), up to the month before; `decided` is `DECIDED`: rows of `month`, and revised
    rows of earlier months that the record already holds. Everyone in either is in the
    answer, `SUMMARY`; who was not active this month keeps the record as it was.
    """
    marks = _marked(decided)
    this = marks.filter(pl.col("month") == month.first_day).select("participant_id", "mark", "month")
    known = RECORD.check(record).join(this, on="participant_id", how="full", coalesce=True)
    gap = _months(pl.col("month")) - _months(pl.col("last_month")) - 1
    extended = known.select(
        "participant_id",
        first_month=pl.coalesce("first_month", "month"),
        last_month=pl.coalesce("month", "last_month"),
        marks=pl.concat_str(
            pl.col("marks").fill_null(""),
            pl.lit(ABSENT).repeat_by(gap.fill_null(0)).list.join(""),
            pl.col("mark").fill_null(""),
        ),
    )
    revised = marks.filter(pl.col("month") < month.first_day)
    return summary(_revised(extended, revised) if revised.height else extended)


def record_of(decided: pl.DataFrame) -> pl.DataFrame:
    """The whole record (`SUMMARY`) from all `DECIDED` months at once: what extending month by month must equal."""
    marks = _marked(decided)
    months = (
        marks.group_by("participant_id")
        .agg(first_month=pl.min("month"), last_month=pl.max("month"))
        .with_columns(month=pl.date_ranges("first_month", "last_month", interval="1mo"))
        .explode("month")
    )
    record = (
        months.join(marks, on=["participant_id", "month"], how="left")
        .sort("participant_id", "month")
        .group_by("participant_id", "first_month", "last_month", maintain_order=True)
        .agg(marks=pl.col("mark").fill_null(ABSENT).str.join(""))
    )
    return summary(record)


def summary(record: pl.DataFrame) -> pl.DataFrame:
    """`RECORD` with what is counted from its marks (`SUMMARY`)."""
    marks = pl.col("marks")
    counted = record.with_columns(
        months_decided=marks.str.count_matches("[AHRhr]").cast(pl.Int32),
        months_accepted=marks.str.count_matches("A", literal=True).cast(pl.Int32),
        months_missed_running=marks.str.extract(r"([HRhr-]*)$").str.count_matches("[HR]").cast(pl.Int32),
        break_months_longest=_longest_break(marks),
    )
    return SUMMARY.check(counted.sort("participant_id"))


def breaks(record: pl.DataFrame) -> pl.DataFrame:
    """What the marks of `record` (of `RECORD`) say of breaks, excused months apart (`BREAKS`, sorted)."""
    unexcused = pl.col("marks").str.replace_all("[hr]", "")
    counted = record.select(
        "participant_id",
        months_excused=pl.col("marks").str.count_matches("[hr]").cast(pl.Int32),
        break_months_unexcused=_longest_break(unexcused),
        months_accepted_in_a_row=_longest(unexcused, "A+"),
    )
    return BREAKS.check(counted.sort("participant_id"))


def _longest_break(marks: pl.Expr) -> pl.Expr:
    """The most months without A between two A."""
    return _longest(marks.str.strip_chars("HRhr-"), "[^A]+")


def _longest(marks: pl.Expr, run: str) -> pl.Expr:
    lengths = marks.str.extract_all(run).list.eval(pl.element().str.len_bytes())
    return lengths.list.max().fill_null(0).cast(pl.Int32)


def _marked(decided: pl.DataFrame) -> pl.DataFrame:
    outcome = pl.col("outcome")
    mark = (
        pl.when("excused")
        .then(outcome.replace_strict(EXCUSED_MARK_OF))
        .otherwise(outcome.replace_strict(MARK_OF))
    )
    return DECIDED.check(decided).with_columns(mark=mark)


def _months(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32)


def _revised(record: pl.DataFrame, revised: pl.DataFrame) -> pl.DataFrame:
    """The record with the marks of `revised` months put in their places."""
    touched = record.join(revised, on="participant_id", how="inner")
    letters = (
        touched.unique("participant_id")
        .select("participant_id", "first_month", letter=pl.col("marks").str.split(""))
        .explode("letter")
        .with_columns(place=pl.int_range(pl.len()).over("participant_id"))
    )
    places = touched.select(
        "participant_id",
        "mark",
        place=(_months(pl.col("month")) - _months(pl.col("first_month"))).cast(pl.Int64),
    )
    rewritten = (
        letters.join(places, on=["participant_id", "place"], how="left")
        .sort("participant_id", "place")
        .group_by("participant_id", maintain_order=True)
        .agg(rewritten=pl.coalesce("mark", "letter").str.join(""))
    )
    return record.join(rewritten, on="participant_id", how="left").select(
        "participant_id", "first_month", "last_month", marks=pl.coalesce("rewritten", "marks")
    )
