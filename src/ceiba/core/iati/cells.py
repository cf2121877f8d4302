"""What was paid, in cells of enough people that nobody can be singled out, and to the cent.

Leaving a small cell out would make the sums wrong, and show it to whoever subtracts. So it goes up: a department's
small cell into "several departments" of its country, that into "several countries", a month into its year. Where what
has gone up together is still too small, the smallest cell beside it goes up too. Every cell told then holds `least`
people, sums are exact, and since every figure of the files is a sum of these cells, subtracting finds none smaller.
"""

from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

_AMOUNT: Final = Column("amount_minor", pl.Int64, meaning="paid less returned and recovered")
_PEOPLE: Final = Column("people", pl.Int64, meaning="different people, 1 or more")

CELLS: Final = FrameSchema(
    "paid, by cell",
    (
        Column("agreement", pl.String, meaning="code"),
        Column("component", pl.String),
        Column("month", pl.Date, meaning="in which the money moved"),
        Column("country", pl.String),
        Column("area", pl.String, meaning="state or department"),
        _PEOPLE,
        _AMOUNT,
    ),
    ("agreement", "component", "month", "area"),
)
TOLD: Final = FrameSchema(
    "paid, as it is told",
    (
        Column("agreement", pl.String),
        Column("component", pl.String, True, "null: several"),
        Column("first_month", pl.Date),
        Column("month", pl.Date, meaning="the last"),
        Column("country", pl.String, True, "null: several"),
        Column("area", pl.String, True, "null: several"),
        Column(
            "people",
            pl.Int64,
            meaning="at least so many; fewer than `least` only if the agreement paid no more",
        ),
        _AMOUNT,
    ),
    ("agreement", "component", "first_month", "month", "country", "area"),
)
_YEAR: Final = pl.col("month").dt.year()
# What a small cell goes up into, and whether its people are others than its neighbours'.
_STEPS: Final[tuple[tuple[tuple[str | pl.Expr, ...], bool], ...]] = (
    (("agreement", "component", "first_month", "month", "country"), True),
    (("agreement", "component", "first_month", "month"), True),
    (("agreement", "component", _YEAR.alias("year")), False),
    (("agreement", "component"), False),
    (("agreement",), False),
)


def told_cells(cells: pl.DataFrame, least: int) -> pl.DataFrame:
    """`CELLS` as `TOLD` (sorted by its key): the same sums, in cells of at least `least` people."""
    told = CELLS.check(cells).with_columns(first_month=pl.col("month"))
    for above, apart in _STEPS:
        told = _gone_up(told.select(TOLD.names), list(above), apart, least)
    return TOLD.check(told.select(TOLD.names).sort(TOLD.key, nulls_last=True))


def _gone_up(cells: pl.DataFrame, above: list[str | pl.Expr], apart: bool, least: int) -> pl.DataFrame:
    """Small cells, and where they need it the smallest other, as one cell each of what is above them.

    People of different places are different people; of different months or components they may be the same, so
    that the largest number is all that is certain.
    """
    small = pl.col("people") < least
    people = pl.sum("people") if apart else pl.max("people")
    together = pl.col("people").filter(small)
    short = (together.sum() if apart else together.max()).over(above) < least
    smallest_other = ~small & ((~small).cum_sum().over(above) == 1)
    up = small | (small.any().over(above) & short.fill_null(False) & smallest_other)
    marked = cells.sort("people", *TOLD.key).with_columns(up=up)
    merged = (
        marked.filter("up")
        .group_by(above)
        .agg(
            pl.first("agreement").alias("of"),
            _common("component"),
            pl.min("first_month").alias("first"),
            pl.max("month").alias("last"),
            _common("country"),
            people.alias("people"),
            pl.sum("amount_minor"),
        )
        .select(
            agreement="of",
            component="common_component",
            first_month="first",
            month="last",
            country="common_country",
            area=pl.lit(None, pl.String),
            people="people",
            amount_minor="amount_minor",
        )
    )
    return pl.concat([marked.filter(~pl.col("up")).select(TOLD.names), merged])


def _common(column: str) -> pl.Expr:
    """What all have, or null."""
    same = pl.col(column).n_unique() == 1
    return pl.when(same).then(pl.col(column).first()).alias(f"common_{column}")
