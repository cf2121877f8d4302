"""Second visits: which visits are seen again by somebody else, who goes, and how well the two agree.

The draw is a sort: visits by SHA-256 of lot and key, the first share of them. A key is that of the record of
evidence: the instanceID, with `/n` for the nth entry of a repeat. The lot is the seed and the SHA-256 of all keys.
Whoever has the keys and the seed finds the same:

    from hashlib import sha256
    keys = sorted(visits)
    lot = seed + sha256("\\n".join(keys).encode()).hexdigest()
    keys.sort(key=lambda key: sha256((lot + key).encode()).digest())
    drawn = keys[: -(-len(keys) * percent // 100)]

The seed is published before the month begins, and is of something nobody chooses: the seal of the month before; so
the programme cannot choose. Phones make the keys, but the lot depends on those of all phones: nobody who makes up
a key knows what it will be drawn with.
"""

from typing import Final

import polars as pl
from scipy.special import stdtrit

from ceiba.core.kernel.canonical import text_digests
from ceiba.core.kernel.digest import bytes_digest
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month

PERCENT_DEFAULT: Final = 5
"""Assumption: no rule of a programme says how many."""
DAYS_TO_GO: Final = 60
"""Assumption: for how many days after it was drawn or asked for a second visit is to be made. Later the plot no
longer tells of that month, and whoever was to go needs to know nobody there."""
TOLERANCE_TASKS: Final = 1
"""Assumption: by how many tasks two honest counts may differ."""
SMALL_N: Final = 10
"""Below it, a statistic of a technician is shown as too small to judge by."""
_Z: Final = 1.959964  # of the normal distribution, 95 % two-sided
_P: Final = 0.975

VISITS: Final = FrameSchema(
    "visits that may be drawn",
    (
        Column("submission_id", pl.Int64),
        Column("key", pl.String),
        Column("participant_id", pl.Int64),
        Column("area", pl.String, meaning="municipality of the person"),
        Column("region", pl.String, meaning="the area around it"),
        Column("technician", pl.String, meaning="who made the visit"),
    ),
    ("key",),
)
TECHNICIANS: Final = FrameSchema(
    "technicians who may go",
    (Column("technician", pl.String), Column("area", pl.String), Column("region", pl.String)),
    ("technician",),
)
PORTFOLIOS: Final = FrameSchema(
    "whose people they are",
    (Column("participant_id", pl.Int64), Column("technician", pl.String)),
    ("participant_id", "technician"),
)
ASSIGNED: Final = FrameSchema(
    "second visits",
    (
        Column("submission_id", pl.Int64),
        Column("key", pl.String),
        Column("technician", pl.String, True, "who goes; null: nobody of another portfolio is near"),
    ),
    ("key",),
)
PAIRS: Final = FrameSchema(
    "visits seen twice",
    (
        Column("technician", pl.String, meaning="who made the first visit"),
        Column("first_done", pl.Int32, meaning="tasks done, by the first visit"),
        Column("second_done", pl.Int32, meaning="tasks done, by the second visit"),
    ),
)
AGREEMENT: Final = FrameSchema(
    "how well second visits agree",
    (
        Column("technician", pl.String),
        Column("n", pl.Int64),
        Column("agreeing", pl.Int64, meaning="within the tolerance"),
        Column("share_low", pl.Float64, meaning="Wilson's interval of the share that agrees, 95 %"),
        Column("share_high", pl.Float64),
        Column("difference", pl.Float64, meaning="mean of first minus second, tasks"),
        Column("difference_low", pl.Float64, True, "Student's interval of it, 95 %; null for one visit"),
        Column("difference_high", pl.Float64, True),
        Column("small", pl.Boolean, meaning="too few to judge by"),
    ),
    ("technician",),
)


def seed_of(digest: str, programme: str, month: Month) -> str:
    """The seed of a month's draw; `digest` is of the seal of the month before, else of the rulebook in force."""
    return f"{digest}:{programme}:{month}:"


def lot_of(seed: str, visits: pl.DataFrame) -> str:
    """What the visits (`VISITS`) of a draw are sorted with: the seed, and the SHA-256 of all their keys."""
    return seed + bytes_digest("\n".join(visits["key"].sort()).encode())


def draw(visits: pl.DataFrame, percent: int, lot: str) -> pl.DataFrame:
    """The rows of `visits` (`VISITS`) that are drawn: `percent` of 100, rounded up, in the order of the draw."""
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} percent")
    rows = VISITS.check(visits)
    order = text_digests(lot + rows["key"])
    size = -(-rows.height * percent // 100)
    return rows.with_columns(order.alias("order")).sort("order").drop("order").head(size)


def assign(
    drawn: pl.DataFrame, technicians: pl.DataFrame, portfolios: pl.DataFrame, lot: str
) -> pl.DataFrame:
    """`ASSIGNED`: who goes on each second visit, in the order of `drawn` (`VISITS`).

    Never who made the visit, nor one of those whose people the person is of. One of the same municipality before
    one of the area around it; among these the first by SHA-256 of lot, key and technician.
    """
    rows = VISITS.check(drawn)
    own = PORTFOLIOS.check(portfolios)
    able = TECHNICIANS.check(technicians).rename({"technician": "goes", "area": "of", "region": "around"})
    pairs = (
        rows.join(able, left_on="region", right_on="around", how="inner")
        .filter(pl.col("goes") != pl.col("technician"))
        .join(own, left_on=["participant_id", "goes"], right_on=["participant_id", "technician"], how="anti")
    )
    order = text_digests(pairs.select(pl.lit(lot) + pl.col("key") + pl.col("goes")).to_series())
    near = pairs.with_columns(order.alias("order"), far=pl.col("of") != pl.col("area"))
    chosen = near.sort("far", "order").unique("key", keep="first").select("key", "goes")
    found = rows.join(chosen, on="key", how="left", maintain_order="left")
    return ASSIGNED.check(found.select("submission_id", "key", technician="goes"))


def agreement(pairs: pl.DataFrame, tolerance: int = TOLERANCE_TASKS) -> pl.DataFrame:
    """`AGREEMENT` of each technician whose visits were seen again."""
    off = pl.col("first_done") - pl.col("second_done")
    rows = PAIRS.check(pairs).group_by("technician").agg(
        n=pl.len().cast(pl.Int64),
        agreeing=(off.abs() <= tolerance).sum().cast(pl.Int64),
        difference=off.mean(),
        deviation=off.std(),
    )  # fmt: skip
    n, share = pl.col("n"), pl.col("agreeing") / pl.col("n")
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * (share * (1 - share) / n + _Z**2 / (4 * n**2)).sqrt()
    quantile = pl.Series(stdtrit((rows["n"] - 1).clip(1).cast(pl.Float64).to_numpy(), _P), dtype=pl.Float64)
    error = quantile * pl.col("deviation") / n.sqrt()  # null for one visit, which has no deviation
    return AGREEMENT.check(
        rows.with_columns(
            share_low=(middle - half).clip(0, 1),
            share_high=(middle + half).clip(0, 1),
            difference_low=pl.col("difference") - error,
            difference_high=pl.col("difference") + error,
            small=n < SMALL_N,
        ).sort("technician")
    )
