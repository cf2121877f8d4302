"""What transfers between a fund and people add up to: by area, month, component and person.

Every sum is of one person's transfers before it is of an area's, so that transfers may be added up in parts, as long
as each person is in one part.
"""

from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

_AREA: Final = Column("area", pl.String, meaning="where the person lives now")
_PEOPLE: Final = Column("people", pl.Int64, meaning="different ones")
_MONTHS: Final = Column("months", pl.Int64, meaning="of work for which something is paid")
_AMOUNT: Final = Column("amount_minor", pl.Int64, meaning="paid, less what came back")

MOVED: Final = FrameSchema(
    "transfers between a fund and people",
    (
        Column("participant_id", pl.Int64),
        _AREA,
        Column("month", pl.Date, True, "of payment"),
        Column("for_month", pl.Date, True, "of work"),
        Column("component", pl.String),
        Column("amount_minor", pl.Int64, meaning="paid; negative: come back"),
        Column("waiting", pl.Boolean, meaning="ordered, and not answered yet"),
    ),
)
PAID: Final = FrameSchema(
    "paid",
    (_AREA, Column("component", pl.String, True, "null: all of them"), _PEOPLE, _MONTHS, _AMOUNT),
    key=("area", "component"),
)
BURN: Final = FrameSchema(
    "paid by month",
    (_AREA, Column("month", pl.Date, meaning="of payment"), _PEOPLE, _AMOUNT),
    key=("area", "month"),
)
LINES: Final = FrameSchema(
    "lines paid, alike ones together",
    (
        _AREA,
        Column("month", pl.Date, True),
        Column("for_month", pl.Date, True),
        Column("component", pl.String),
        Column("each_minor", pl.Int64),
        Column("lines", pl.Int64),
        _PEOPLE,
    ),
    key=("area", "month", "for_month", "component", "each_minor"),
)
PEOPLE: Final = FrameSchema(
    "people for some of whose months something is paid",
    (Column("participant_id", pl.Int64), _AREA, _MONTHS, _AMOUNT),
    key=("participant_id",),
)
WAITING: Final = FrameSchema("people for whom something is ordered", (_PEOPLE,))
_PERSON: Final = ("participant_id", "area")
_MINOR: Final = pl.sum("amount_minor")
_STAYS: Final = pl.col("amount_minor") > 0
_COUNT: Final = pl.len().cast(pl.Int64)


def paid(moved: pl.DataFrame) -> pl.DataFrame:
    """`PAID` by area, and by area and component. A month of work counts while something is paid for it."""
    work = _work(moved)
    by_component = work.group_by(*_PERSON, "component").agg(
        months=_STAYS.sum().cast(pl.Int64), amount_minor=_MINOR
    )
    each_month = work.group_by(*_PERSON, "for_month").agg(counts=_STAYS.any(), amount_minor=_MINOR)
    whole = each_month.group_by(_PERSON).agg(
        pl.lit(None, pl.String).alias("component"),
        months=pl.col("counts").sum().cast(pl.Int64),
        amount_minor=_MINOR,
    )
    both = pl.concat(
        [part.select(*_PERSON, "component", "months", "amount_minor") for part in (by_component, whole)]
    )
    sums = both.group_by("area", "component").agg(
        people=(pl.col("months") > 0).sum().cast(pl.Int64), months=pl.sum("months"), amount_minor=_MINOR
    )
    return PAID.check(sums)


def burn(moved: pl.DataFrame) -> pl.DataFrame:
    """`BURN`: in each month of payment."""
    settled = _settled(moved).filter(pl.col("month").is_not_null())
    people = settled.group_by(*_PERSON, "month").agg(_MINOR)
    return BURN.check(people.group_by("area", "month").agg(people=_COUNT, amount_minor=_MINOR))


def lines(moved: pl.DataFrame) -> pl.DataFrame:
    """`LINES`."""
    kinds = ("month", "for_month", "component", "amount_minor")
    people = _settled(moved).group_by(*_PERSON, *kinds).agg(lines=_COUNT)
    alike = people.group_by("area", *kinds).agg(pl.sum("lines"), people=_COUNT)
    return LINES.check(alike.rename({"amount_minor": "each_minor"}))


def people(moved: pl.DataFrame) -> pl.DataFrame:
    """`PEOPLE`."""
    each_month = _work(moved).group_by(*_PERSON, "for_month").agg(_MINOR)
    found = each_month.group_by(_PERSON).agg(months=_STAYS.sum().cast(pl.Int64), amount_minor=_MINOR)
    return PEOPLE.check(found.filter(pl.col("months") > 0))


def waiting(moved: pl.DataFrame) -> pl.DataFrame:
    """`WAITING`, one row."""
    ordered = moved.filter("waiting", _STAYS)
    return WAITING.check(ordered.select(people=pl.col("participant_id").n_unique().cast(pl.Int64)))


def together(parts: list[pl.DataFrame], schema: FrameSchema) -> pl.DataFrame:
    """The parts of what was added up of different people, as one."""
    rows = pl.concat([schema.empty(), *parts])
    sums = [column.name for column in schema if column.name not in schema.key]
    summed = rows.group_by(schema.key).agg(pl.sum(*sums)) if schema.key else rows.select(pl.sum(*sums))
    return schema.check(summed)


def _settled(moved: pl.DataFrame) -> pl.DataFrame:
    return MOVED.check(moved).filter(~pl.col("waiting"))


def _work(moved: pl.DataFrame) -> pl.DataFrame:
    """What each person was paid for each month of work and component."""
    return _settled(moved).group_by(*_PERSON, "for_month", "component").agg(_MINOR)
