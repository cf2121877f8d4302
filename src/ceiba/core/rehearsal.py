"""A rehearsal: other rules over real months. Who gains, who loses, what it costs, by area and group."""

from typing import Final

import polars as pl

from ceiba.core.determinations import RESULT
from ceiba.core.facts import SNAPSHOT_KEY
from ceiba.core.kernel.frames import Column, FrameSchema, Outcome

COMPARED: Final = FrameSchema(
    "compared months",
    (
        *SNAPSHOT_KEY,
        Column("outcome_now", Outcome),
        Column("outcome_then", Outcome, meaning="under the rehearsed rules"),
        Column("amount_now_minor", pl.Int64),
        Column("amount_then_minor", pl.Int64),
    ),
    key=("participant_id",),
)


def compared(places: pl.DataFrame, now: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """Two results (`RESULT`) of the same participant-months side by side (`COMPARED`).

    `places` has the columns of `SNAPSHOT_KEY`. Raises ValueError when the three are not of the same people.
    """
    sides = {"now": now, "then": then}
    frame = places.select(column.name for column in SNAPSHOT_KEY)
    for side, result in sides.items():
        checked = RESULT.check(result).select(
            "participant_id",
            pl.col("outcome").alias(f"outcome_{side}"),
            pl.col("amount_minor").alias(f"amount_{side}_minor"),
        )
        if checked.height != places.height:
            raise ValueError(f"{side}: {checked.height} people decided, {places.height} in the snapshot")
        frame = frame.join(checked, on="participant_id", how="inner", validate="1:1", maintain_order="left")
    if frame.height != places.height:
        raise ValueError("the results are not of the people of the snapshot")
    return COMPARED.check(frame.select(COMPARED.names))


def impact(compared_months: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Counts and cost by the columns `by` (may be empty: one row).

    Columns: `by`, people, gain, lose, paid_now, paid_then (participant-months), cost_now_minor, cost_then_minor,
    change_minor (all Int64). Gain and lose compare amounts.
    """
    difference = pl.col("amount_then_minor") - pl.col("amount_now_minor")
    measures = {
        "months": pl.len(),
        "gain": (difference > 0).sum(),
        "lose": (difference < 0).sum(),
        "paid_now": (pl.col("outcome_now") == "pay").sum(),
        "paid_then": (pl.col("outcome_then") == "pay").sum(),
        "cost_now_minor": pl.sum("amount_now_minor"),
        "cost_then_minor": pl.sum("amount_then_minor"),
        "change_minor": difference.sum(),
    }
    whole = {name: measure.cast(pl.Int64) for name, measure in measures.items()}
    if not by:
        return compared_months.select(**whole)
    return compared_months.group_by(by).agg(**whole).sort("change_minor", *by)
