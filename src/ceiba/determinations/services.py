"""Writes determinations and the counts drawn from them."""

from datetime import date
from typing import Final

import polars as pl

from ceiba.core.determinations import RESULT, month_counts
from ceiba.core.sealed_month import LATE_RESULT, amounts_json
from ceiba.frames.postgres import analyze, copy_frame

TABLE: Final = "determinations_determination"
COUNTS_TABLE = "determinations_monthcount"


def determinations_store(
    *, run_id: int, programme: str, month: date, places: pl.DataFrame, result: pl.DataFrame
) -> int:
    """Write the month's result as revision 0 and its counts; returns how many.

    `places` has participant_id and area of everyone in `result`. In the caller's transaction: all or nothing.
    """
    RESULT.check(result)
    components = [
        n.removeprefix("amount_") for n in result.columns if n.startswith("amount_") and n != "amount_minor"
    ]
    rows = result.with_columns(amounts=amounts_json(components)).join(
        places.select("participant_id", "area"), on="participant_id", how="left", maintain_order="left"
    )
    counts = month_counts(places, result)
    copy_frame(
        counts.select(pl.lit(run_id).alias("run_id"), pl.exclude("area"), pl.col("area").alias("area_code")),
        COUNTS_TABLE,
    )
    own = rows.with_columns(month=pl.lit(month), revision=pl.lit(0), causes=pl.lit("{}"))
    written = _copy(own, run_id, programme, month)
    analyze(TABLE, "programme_id", "month", "participant_id", "revision")
    return written


def revisions_store(
    *,
    run_id: int,
    programme: str,
    decided_in: date,
    places: pl.DataFrame,
    result: pl.DataFrame,
    causes: pl.DataFrame,
) -> int:
    """Write differences (`LATE_RESULT`) with the evidence that caused each; returns how many.

    `places` has participant_id, month and area; `causes` has participant_id, month and causes (list of evidence ids).
    """
    pair = ["participant_id", "month"]
    rows = (
        LATE_RESULT.check(result)
        .join(places.select(*pair, "area"), on=pair, how="left")
        .join(causes.select(*pair, "causes"), on=pair, how="left")
        .with_columns(pl.col("causes").fill_null([]))
    )
    return _copy(rows, run_id, programme, decided_in)


def _copy(rows: pl.DataFrame, run_id: int, programme: str, decided_in: date) -> int:
    frame = rows.select(
        pl.lit(programme).alias("programme_id"),
        "month",
        "participant_id",
        "revision",
        pl.lit(run_id).alias("run_id"),
        pl.lit(decided_in).alias("decided_in"),
        pl.col("area").alias("area_code"),
        pl.col("outcome").cast(pl.String),
        "amount_minor",
        "amounts",
        "failed",
        "unknown",
        "causes",
    )
    return copy_frame(frame, TABLE)
