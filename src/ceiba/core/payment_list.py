"""Determinations become payment lines: one a participant a component, plus what late evidence changed.

What a person is due for an earlier month is `entitled - listed`: what its latest determination says, less what has
been put on a list for it. Arrears (positive) are paid as far as the cap of the month allows; recoveries (negative)
take at most a stated share of the month's own pay, so that nobody is left without. The rest stays due, and the
next month sees it again: nothing is stored that could disagree with the determinations.
"""

from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

_PERSON: Final = Column("participant_id", pl.Int64)
_COMPONENT: Final = Column("component", pl.String)

PAY: Final = FrameSchema(
    "pay of the month",
    (
        _PERSON,
        _COMPONENT,
        Column("amount_minor", pl.Int64, meaning="as determined for the month itself, > 0"),
    ),
    key=("participant_id", "component"),
)

DUE: Final = FrameSchema(
    "due for earlier months",
    (
        _PERSON,
        _COMPONENT,
        Column("for_month", pl.Date),
        Column("revision", pl.Int16, meaning="of the determination that the amount follows from"),
        Column("due_minor", pl.Int64, meaning="entitled less listed: arrears > 0, recovery < 0"),
    ),
    key=("participant_id", "for_month", "component"),
)

LIMITS: Final = FrameSchema(
    "limits",
    (
        _PERSON,
        Column("cap_minor", pl.Int64, meaning="the most a person may be paid in a month, all lines together"),
        Column("recovery_percent_max", pl.Int64, meaning="share of the month's own pay a recovery may take"),
    ),
    key=("participant_id",),
)

LINES: Final = FrameSchema(
    "payment lines",
    (
        _PERSON,
        _COMPONENT,
        Column("for_month", pl.Date),
        Column("revision", pl.Int16),
        Column("amount_minor", pl.Int64, meaning="not 0; negative: a recovery"),
        Column("cap_minor", pl.Int64),
    ),
    key=("participant_id", "for_month", "component"),
)


def payment_lines(pay: pl.DataFrame, due: pl.DataFrame, limits: pl.DataFrame, month: pl.Expr) -> pl.DataFrame:
    """The lines of a month (`LINES`, sorted by its key) from `PAY`, `DUE` and `LIMITS`; `month` is a date literal.

    Every person of `pay` and `due` must have limits; someone without pay this month can receive arrears up to the
    cap, but recoveries wait. Oldest months go first; what does not fit is left for the next list.
    Raises ValueError when the month's own pay already exceeds the cap: the rulebook contradicts itself.
    """
    own = PAY.check(pay).join(LIMITS.check(limits), on="participant_id", how="left")
    total = own.group_by("participant_id").agg(own_minor=pl.sum("amount_minor"), cap=pl.first("cap_minor"))
    over = total.filter(pl.col("own_minor") > pl.col("cap"))
    if over.height:
        raise ValueError(f"{over.height} participants are determined more than the cap allows")
    base = own.select(
        "participant_id",
        "component",
        for_month=month,
        revision=pl.lit(0, pl.Int16),
        amount_minor="amount_minor",
        cap_minor="cap_minor",
    )
    earlier = _fitted(DUE.check(due), total.select("participant_id", "own_minor"), limits)
    lines = pl.concat([base.select(LINES.names), earlier.select(LINES.names)]).sort(LINES.key)
    return LINES.check(lines)


def _fitted(due: pl.DataFrame, own: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """As much of `due` as the limits of each person leave room for, oldest first."""
    amount = pl.col("due_minor").abs()
    # What recoveries take off the month makes no room for arrears: both limits are of the month's own pay.
    room = (
        pl.when(pl.col("due_minor") > 0)
        .then(pl.col("cap_minor") - pl.col("own_minor"))
        .otherwise(pl.col("own_minor") * pl.col("recovery_percent_max") // 100)
    )
    group = ["participant_id", pl.col("due_minor") > 0]
    return (
        due.filter(pl.col("due_minor") != 0)
        .join(own, on="participant_id", how="left")
        .join(limits, on="participant_id", how="left")
        .with_columns(pl.col("own_minor").fill_null(0))
        .sort(DUE.key)
        .with_columns(room=room, before=(amount.cum_sum() - amount).over(group))
        .with_columns(
            taken=pl.min_horizontal(amount, (pl.col("room") - pl.col("before")).clip(lower_bound=0))
        )
        .with_columns(amount_minor=pl.col("taken") * pl.col("due_minor").sign())
        .filter(pl.col("amount_minor") != 0)
    )
