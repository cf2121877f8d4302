"""Who pays how much of each payment line: every line divided between agreements, to the cent.

Which division holds for a line is settled by the place, variant, component and month worked for: among the
divisions that reach it, the one of the narrowest area, then of a named variant, then of a named component. Its shares
are of 1000; what does not divide evenly goes by largest remainder, so that the parts add up to the line, and a line
taken back is divided as the line was.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema

WHOLE: Final = 1_000
DEPARTMENT: Final = 5
"""Characters of an area code that name its state or department; problems are told by it, not by municipality."""

register_messages(
    {
        "shares.none": {
            "es": "nadie paga «{component}» (modalidad {variant}): {lines} renglones. Registre un reparto que cubra "
            "el lugar y el mes.",
            "en": 'nobody pays "{component}" (variant {variant}): {lines} lines. Enter a division that covers the '
            "place and the month.",
        },
        "shares.sum": {
            "es": "el reparto de «{component}» (modalidad {variant}) suma {sum} milésimas y debe sumar 1000: "
            "{agreements}. Corrija sus partes.",
            "en": 'the division of "{component}" (variant {variant}) adds up to {sum} thousandths, which must be '
            "1000: {agreements}. Correct its shares.",
        },
    }
)

LINES: Final = FrameSchema(
    "lines to divide",
    (
        Column("participant_id", pl.Int64),
        Column("component", pl.String),
        Column(
            "for_month", pl.Date, meaning="of work: whoever paid for it pays its arrears, and gets it back"
        ),
        Column("amount_minor", pl.Int64, meaning="negative: a recovery"),
        Column("area", pl.String, meaning="code of the municipality"),
        Column("variant", pl.String),
    ),
    key=("participant_id", "for_month", "component"),
)

SHARES: Final = FrameSchema(
    "shares",
    (
        Column("agreement", pl.String, meaning="code"),
        Column("area", pl.String, meaning="code, with all below it; empty: everywhere"),
        Column("variant", pl.String, meaning="empty: any"),
        Column("component", pl.String, meaning="empty: any"),
        Column("from_month", pl.Date),
        Column("until_month", pl.Date, nullable=True, meaning="included; null: no end set"),
        Column("permille", pl.Int32, meaning="1 to 1000"),
    ),
    key=("area", "variant", "component", "from_month", "agreement"),
)

PARTS: Final = FrameSchema(
    "parts of lines",
    (
        Column("participant_id", pl.Int64),
        Column("component", pl.String),
        Column("for_month", pl.Date),
        Column("agreement", pl.String),
        Column("amount_minor", pl.Int64, meaning="not 0, of the sign of its line"),
    ),
    key=("participant_id", "for_month", "component", "agreement"),
)

_PLACE: Final = ("area", "variant", "component", "for_month")


def divided(lines: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The parts of `lines` (`LINES`), in their order and by agreement (`PARTS`); they add up to each line.

    Raises CeibaError with every place, component and month that no share covers (shares.none), or whose shares do
    not add up to 1000 (shares.sum).
    """
    parts, problems = divided_as_far(lines, shares)
    if problems:
        raise CeibaError(problems)
    return parts


def divided_as_far(lines: pl.DataFrame, shares: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """The parts of those lines that can be divided, as `divided` gives them, and why the others cannot."""
    rows = LINES.check(lines)
    places = rows.select(_PLACE).unique().sort(_PLACE).with_row_index("place")
    rows = rows.join(places, on=_PLACE, how="left", maintain_order="left")
    paying = _paying(places, SHARES.check(shares))
    problems = [*_uncovered(rows, paying), *_unequal(places, paying)]
    whole = paying.filter(pl.col("permille").sum().over("place") == WHOLE)
    return PARTS.check(_apportioned(rows, whole)), problems


def _paying(places: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The shares of each place (`place`, `agreement`, `permille`): those of the narrowest scope alone."""
    named = shares.rename({"area": "share_area", "variant": "share_variant", "component": "share_component"})
    reached = places.join(named, how="cross").filter(
        pl.col("area").str.starts_with(pl.col("share_area")),
        (pl.col("share_variant") == "") | (pl.col("share_variant") == pl.col("variant")),
        (pl.col("share_component") == "") | (pl.col("share_component") == pl.col("component")),
        pl.col("from_month") <= pl.col("for_month"),
        pl.col("until_month").is_null() | (pl.col("for_month") <= pl.col("until_month")),
    )
    narrowness = (
        pl.col("share_area").str.len_chars().cast(pl.Int32) * 4
        + (pl.col("share_variant") != "").cast(pl.Int32) * 2
        + (pl.col("share_component") != "").cast(pl.Int32)
    )
    return (
        reached.with_columns(narrowness=narrowness)
        .filter(pl.col("narrowness") == pl.col("narrowness").max().over("place"))
        .group_by("place", "agreement")
        .agg(permille=pl.sum("permille").cast(pl.Int64))
        .sort("place", "agreement")
    )


def _apportioned(rows: pl.DataFrame, paying: pl.DataFrame) -> pl.DataFrame:
    """Each row's parts; the cents left go to the largest remainders, and of equal ones to the first by code.

    A place has few agreements, so they stand side by side, and remainders are ranked by comparing each with each:
    nothing is sorted, however many lines there are.
    """
    beside = paying.group_by("place", maintain_order=True).agg("agreement", "permille")
    many = range(beside["permille"].list.len().max() or 0)  # type: ignore[arg-type]  # a number of agreements
    if not many:
        return PARTS.empty()
    size = pl.col("amount_minor").abs()
    exact = [size * pl.col("permille").list.get(i, null_on_oob=True).fill_null(0) for i in many]
    evenly = [pl.col(f"part_{i}") for i in many]
    extra = [(_rank(i, many) < pl.col("left")).cast(pl.Int64) for i in many]
    sign = pl.col("amount_minor").sign()
    return (
        rows.join(beside, on="place", how="inner", maintain_order="left")
        .with_columns((each // WHOLE).alias(f"part_{i}") for i, each in enumerate(exact))
        .with_columns((each % WHOLE).alias(f"rest_{i}") for i, each in enumerate(exact))
        .with_columns(left=size - pl.sum_horizontal(evenly))
        .select(
            "participant_id",
            "component",
            "for_month",
            agreement=pl.concat_list(pl.col("agreement").list.get(i, null_on_oob=True) for i in many),
            amount_minor=pl.concat_list((evenly[i] + extra[i]) * sign for i in many),
        )
        .explode("agreement", "amount_minor")
        .filter(pl.col("amount_minor") != 0)
    )


def _rank(of: int, many: range) -> pl.Expr:
    """How many remainders go before this one: the larger ones, and equal ones of agreements before it."""
    rest = pl.col(f"rest_{of}")
    before = (pl.col(f"rest_{i}") >= rest if i < of else pl.col(f"rest_{i}") > rest for i in many if i != of)
    return pl.sum_horizontal(pl.lit(0, pl.Int64), *(each.cast(pl.Int64) for each in before))


def _uncovered(rows: pl.DataFrame, paying: pl.DataFrame) -> Iterator[Problem]:
    """Lines that no share reaches, by department."""
    key = ("department", "variant", "component", "for_month")
    bare = rows.join(paying, on="place", how="anti").with_columns(
        department=pl.col("area").str.head(DEPARTMENT)
    )
    for department, variant, component, month, lines in (
        bare.group_by(key).agg(lines=pl.len()).sort(key).rows()
    ):
        yield Problem(
            "shares.none",
            Where(item=department, month=f"{month:%Y-%m}"),
            {"component": component, "variant": variant, "lines": lines},
        )


def _unequal(places: pl.DataFrame, paying: pl.DataFrame) -> Iterator[Problem]:
    """Places whose shares do not add up, by department."""
    key = ("department", "variant", "component", "for_month", "sum", "agreements")
    sums = paying.group_by("place").agg(
        sum=pl.sum("permille"), agreements=pl.col("agreement").sort().str.join(", ")
    )
    wrong = sums.filter(pl.col("sum") != WHOLE).join(places, on="place", how="inner")
    told = wrong.with_columns(department=pl.col("area").str.head(DEPARTMENT)).select(key).unique().sort(key)
    for department, variant, component, month, total, agreements in told.rows():
        yield Problem(
            "shares.sum",
            Where(item=department, month=f"{month:%Y-%m}"),
            {"component": component, "variant": variant, "sum": total, "agreements": agreements},
        )
