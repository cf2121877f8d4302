"""Counts that were written rather than counted: the same for everybody, or heaped on round numbers."""

from typing import Final

import polars as pl
from scipy.special import bdtrc

from ceiba.core.flags.frames import COUNTS, WORK, flagged
from ceiba.core.kernel.frames import Column, FrameSchema

ROUND_SHARE: Final = 0.2
"""Of ten last digits two are round (0 and 5), where counts are large enough that each is as likely."""
_ROUND_FROM: Final = 10

HEAPS: Final = FrameSchema(
    "heaped counts of technicians",
    (
        Column("technician", pl.String),
        Column("measure", pl.String, meaning="round: last digits 0 and 5; full: as many done as due"),
        Column("n", pl.Int64, meaning="how many counts"),
        Column("hits", pl.Int64, meaning="how many of them round, or full"),
        Column("expected", pl.Float64, meaning="the share expected: chance, or that of all the others"),
        Column("p", pl.Float64, meaning="how likely as many hits or more are by chance"),
        Column("heaped", pl.Boolean, True, "null: too few to say"),
    ),
    ("technician", "measure"),
)


def copied_counts(counts: pl.DataFrame, people: int, numbers: int) -> pl.DataFrame:
    """`FLAGS` of submissions whose counts are those of `people` people or more of one account and day.

    Sets of fewer than `numbers` numbers are passed over: they are alike by chance.
    """
    rows = COUNTS.check(counts).filter(pl.col("numbers") >= numbers)
    same = ("user_id", "day", "counts")
    rows = rows.with_columns(
        people=pl.col("participant_id").n_unique().over(same), ids=pl.col("submission_id").unique().over(
            same, mapping_strategy="join"
        ),
    ).filter(pl.col("people") >= people)  # fmt: skip
    rows = rows.with_columns(
        other_ids=pl.col("ids").list.set_difference(pl.concat_list("submission_id")).list.sort()
    )
    figures = {"people": pl.col("people"), "counts": pl.col("counts"), "day": pl.col("day").cast(pl.String)}
    return flagged("copied_counts", rows, figures)


def heaped_counts(work: pl.DataFrame, n_min: int, p_per_million: int) -> pl.DataFrame:
    """`HEAPS`: for each technician's month, how many counts are round and how many plans full, against chance.

    p is exact: the upper tail of the binomial distribution. Round numbers are expected in a fifth; full plans as
    often as all the other technicians have them.
    """
    rows = WORK.check(work)
    digits = rows.filter(pl.col("count") >= _ROUND_FROM).group_by("technician").agg(
        measure=pl.lit("round"), n=pl.len().cast(pl.Int64),
        hits=(pl.col("count") % 5 == 0).sum().cast(pl.Int64), expected=pl.lit(ROUND_SHARE),
    )  # fmt: skip
    plans = rows.filter(pl.col("due") > 0).group_by("technician").agg(
        measure=pl.lit("full"), n=pl.len().cast(pl.Int64),
        hits=(pl.col("count") == pl.col("due")).sum().cast(pl.Int64),
    ).with_columns(
        expected=(pl.col("hits").sum() - pl.col("hits")) / (pl.col("n").sum() - pl.col("n"))
    ).filter(pl.col("expected").is_finite())  # fmt: skip
    heaps = pl.concat([digits, plans.select(digits.columns)])
    p = bdtrc((heaps["hits"] - 1).to_numpy(), heaps["n"].to_numpy(), heaps["expected"].to_numpy())
    heaps = heaps.with_columns(p=pl.Series(p, dtype=pl.Float64).fill_nan(1.0)).with_columns(
        p=pl.when(pl.col("hits") == 0).then(1.0).otherwise("p")
    )
    heaped = pl.when(pl.col("n") >= n_min).then(pl.col("p") * 1_000_000 < p_per_million)
    return HEAPS.check(heaps.with_columns(heaped=heaped).sort("technician", "measure"))
