"""How many of the planted trees are alive, with an interval, from counts on some of the people's plots.

The combined ratio estimator (Cochran, Sampling Techniques, 3rd ed., chapter 6): each counted person's share of
living plants is weighed by what that person planted; people, not plants, are what was sampled, so the interval is
drawn from the differences between people. It holds as far as the people counted are like those who were not.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

Z_95: Final = 1.96
COUNTED_MIN: Final = 2
"""With fewer people counted there is no difference between people to draw an interval from."""

PLANTS: Final = FrameSchema(
    "plants of people",
    (
        Column("participant_id", pl.Int64),
        Column("planted", pl.Int64, True, "since becoming active; null: no evidence"),
        Column("sampled", pl.Int64, True, "plants of the latest count; null: never counted"),
        Column("alive", pl.Int64, True, "of those"),
    ),
    key=("participant_id",),
)


@dataclass(frozen=True, slots=True)
class TreesAlive:
    """`alive` of `planted` trees, from `low` to `high` with 95 % confidence, by counts on `counted` people's plots.

    None where nothing was counted, or, of the bounds, too little.
    """

    planted: int
    counted: int
    alive: int | None
    low: int | None
    high: int | None


def trees_alive(plants: pl.DataFrame) -> TreesAlive:
    """The trees alive of the people of `plants` (`PLANTS`). Whoever's planting is not known adds nothing."""
    known = PLANTS.check(plants).filter(pl.col("planted") > 0)
    planted = int(known["planted"].sum())
    counted = known.filter(pl.col("sampled") > 0, pl.col("alive").is_not_null()).select(
        weight=pl.col("planted").cast(pl.Float64), rate=pl.col("alive") / pl.col("sampled")
    )
    if counted.is_empty():
        return TreesAlive(planted, 0, None, None, None)
    weight = float(counted["weight"].sum())
    ratio = float((counted["weight"] * counted["rate"]).sum()) / weight
    if counted.height < COUNTED_MIN:
        return TreesAlive(planted, counted.height, round(planted * ratio), None, None)
    residuals = counted["weight"] * (counted["rate"] - ratio)
    squares = float((residuals * residuals).sum()) * counted.height / (counted.height - 1)
    width = Z_95 * sqrt(squares) / weight
    low, high = max(0.0, ratio - width), min(1.0, ratio + width)
    return TreesAlive(
        planted, counted.height, round(planted * ratio), round(planted * low), round(planted * high)
    )
