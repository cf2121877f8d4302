"""Movements that are recorded before a bank shows them: a funder's deposit, both ends of a move of savings.

Beside `matching`, which knows payments: what it leaves over (bookings of none of our payments) is set against what is
*expected*. One booking is of at most one expectation, and each expectation has at most one booking, found by what the
bank and we both call it, never by amount alone. It is a function of two sets: order and repetition change nothing.
"""

from datetime import date
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.matching import OPEN_ITEMS, Direction, Kind, as_items

EXPECTED: Final = FrameSchema(
    "expected movements",
    (
        Column("expected", pl.String, meaning="what it is: `disbursement:12`, `move:3:out`, `move:3:in`"),
        Column("direction", pl.String, meaning="`Direction`, in or out"),
        Column("amount_minor", pl.Int64, meaning="> 0"),
        Column("currency", pl.String),
        Column("day", pl.Date, meaning="around which the bank should book it"),
        Column("reference", pl.String, nullable=True, meaning="the bank's own, as a person copied it"),
        Column("end_to_end_id", pl.String, nullable=True, meaning="ours, as a file told it to the bank"),
        Column("in_books", pl.Boolean, meaning="the ledger has it already; else it waits for the bank"),
        Column(
            "only_with",
            pl.String,
            nullable=True,
            meaning="not awaited by itself: of a booking only when this other one has its booking, too",
        ),
    ),
    key=("expected",),
)

PAIRS: Final = FrameSchema(
    "bookings that were expected",
    (
        Column("key", pl.String, meaning="of the open item that the booking would be"),
        Column("expected", pl.String),
        Column("beyond_minor", pl.Int64, meaning="more came (or less left) than was expected; below 0: less"),
    ),
    key=("key",),
)

LOOSE: Final = (Kind.OTHER, Kind.STRANGER)  # the kinds of open items that an expectation may explain
_NAMES: Final = (
    "reference",
    "end_to_end_id",
    "batch",
    "message",
    "entry",
)  # by which a bank may call a booking
_ORDER: Final = ("is_off", "apart", "key", "expected")


def paired(loose: pl.DataFrame, expected: pl.DataFrame, *, days: int) -> pl.DataFrame:
    """Which bookings (`OPEN_ITEMS` of `LOOSE` kinds) are which of `EXPECTED` (`PAIRS`, sorted by key).

    A pair has a name in common, one direction and currency, and is booked at most `days` from the expected day. Of
    several the one of the right amount goes first, then the nearest day, then the order of keys.
    """
    ours = EXPECTED.check(expected).select(
        "expected", "day", "currency", "direction", "only_with", awaited_minor="amount_minor"
    )
    entries = OPEN_ITEMS.check(loose).select("key", "booked_on", "currency", "direction", "amount_minor")
    named = _named(loose, "key", _NAMES).join(
        _named(expected, "expected", ("reference", "end_to_end_id")), on="name"
    )
    candidates = (
        named.select("key", "expected")
        .unique()
        .join(entries, on="key")
        .join(ours, on=["expected", "direction", "currency"])
        .with_columns(apart=(pl.col("booked_on") - pl.col("day")).dt.total_days().abs())
        .filter(pl.col("apart") <= days)
        .with_columns(is_off=pl.col("amount_minor") != pl.col("awaited_minor"))
        .sort(_ORDER)
        .with_row_index("place")
    )
    sign = pl.when(pl.col("direction") == Direction.IN).then(1).otherwise(-1)
    beyond = sign * (pl.col("amount_minor") - pl.col("awaited_minor"))
    pairs = _one_to_one(candidates).with_columns(beyond_minor=beyond)
    alone = pl.col("only_with").is_not_null() & ~pl.col("only_with").is_in(pairs["expected"].implode())
    return PAIRS.check(pairs.filter(~alone).select(PAIRS.names).sort("key"))


def left_open(
    loose: pl.DataFrame,
    expected: pl.DataFrame,
    pairs: pl.DataFrame,
    *,
    days: int,
    stated_from: date | None,
    stated_until: date | None,
) -> pl.DataFrame:
    """What stays open of expectations (`OPEN_ITEMS`): a difference of amount, and what no statement shows.

    Statements tell whole days from `stated_from` until `stated_until`: what lay within them with `days` to spare, and
    has no booking, is not seen. What lay before them cannot be judged.
    """
    off = (
        pairs.filter(pl.col("beyond_minor") != 0)
        .join(loose.drop("kind", "direction", "amount_minor"), on="key")
        .with_columns(
            key=pl.concat_str(pl.lit(f"{Kind.DIFFERS}:"), "expected"),
            kind=pl.lit(Kind.DIFFERS.value),
            direction=pl.when(pl.col("beyond_minor") > 0)
            .then(pl.lit(Direction.IN.value))
            .otherwise(pl.lit(Direction.OUT.value)),
            amount_minor=pl.col("beyond_minor").abs(),
        )
    )
    judged = (
        pl.lit(value=False)
        if stated_from is None or stated_until is None
        else (pl.col("day") >= stated_from) & (pl.col("day") + pl.duration(days=days) <= stated_until)
    )
    unseen = (
        expected.join(pairs, on="expected", how="anti")
        .filter(judged & pl.col("only_with").is_null())
        .with_columns(
            key=pl.concat_str(pl.lit(f"{Kind.UNSEEN}:"), "expected"),
            kind=pl.lit(Kind.UNSEEN.value),
            direction=pl.lit(Direction.NONE.value),
            booked_on="day",
        )
    )
    return OPEN_ITEMS.check(pl.concat([as_items(off), as_items(unseen)]).sort("key"))


def books_ahead(expected: pl.DataFrame, pairs: pl.DataFrame, *, stated_from: date | None) -> int:
    """How much more the books have on the account than its bank, minor units, by what is expected alone.

    More: recorded, and shown by no statement yet. Less: shown, and not recorded before the other end is shown, too.
    What lay before the first statement is in the balance that it began with.
    """
    signed = (
        pl.when(pl.col("direction") == Direction.IN).then("amount_minor").otherwise(-pl.col("amount_minor"))
    )
    rows = expected.join(pairs.select("expected", seen=pl.lit(value=True)), on="expected", how="left")
    seen, in_books = pl.col("seen").fill_null(value=False), pl.col("in_books")
    stated = pl.lit(value=False) if stated_from is None else pl.col("day") >= stated_from
    sums = rows.select(
        more=signed.filter(in_books & ~seen & stated).sum(), less=signed.filter(~in_books & seen).sum()
    ).row(0)
    return int(sums[0]) - int(sums[1])


def _named(rows: pl.DataFrame, key: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """By what names each row is known, as letters alone: a person copies spaces and small letters otherwise."""
    name = pl.col("value").str.replace_all(r"\s", "").str.to_uppercase()
    return (
        rows.unpivot(on=columns, index=key)
        .select(key, name=name)
        .filter(pl.col("name").is_not_null() & (pl.col("name") != ""))
        .unique()
    )


def _one_to_one(candidates: pl.DataFrame) -> pl.DataFrame:
    """Pairs, each side once: those that go first for both sides, then the same of what is left."""
    place, taken, rest = pl.col("place"), candidates.clear(), candidates
    while rest.height:
        first = rest.filter((place == place.min().over("key")) & (place == place.min().over("expected")))
        taken = pl.concat([taken, first])
        rest = rest.join(first, on="key", how="anti").join(first, on="expected", how="anti")
    return taken
