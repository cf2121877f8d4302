"""The order of a referral batch: classes of months accepted, then a lot; and who is next.

Nobody chooses an order and nobody can pay for a place: the order depends on what is published. Whoever has the list,
the seed and the outside number finds the same:

    from hashlib import sha256
    lot = f"{seed}:{outside}:"
    entries.sort(key=lambda entry: (-entry["class"], sha256((lot + entry["number"]).encode()).digest()))

The seed is made when the batch is opened, and its SHA-256 is published then: it cannot be chosen later. Numbers
are given when the list is closed, and only then comes the outside number, which nobody at the programme makes (the
first that a lottery publishes after the list was closed), so that whoever knows the seed can do nothing with it. The
lot does not depend on who is on the list: one person more or less changes nobody's turn with another.
"""

from enum import StrEnum
from typing import Final

import polars as pl

from ceiba.core.kernel.canonical import text_digests
from ceiba.core.kernel.digest import bytes_digest
from ceiba.core.kernel.frames import Column, FrameSchema

CLASS_MONTHS_DEFAULT: Final = 12
"""Assumption: no rule of a programme says how priority is given; a year more of accepted work comes first."""
SEASON_MONTHS_MAX: Final = 6
"""Of the proposal (up to six months a year), which has no legal basis."""
DAYS_AWAY_YEAR_MAX: Final = 184
"""Six months, at their longest (July to December), in days of one calendar year."""
OUTSIDE_NUMBER: Final = r"[0-9a-z]{1,80}"
"""How an outside number is written: without spaces, signs or capitals. Whoever knew the seed could choose among the
ways to write one number as among numbers."""

ENTRANTS: Final = FrameSchema(
    "people on a list",
    (
        Column("number", pl.String, meaning="anonymous, given when the list was closed"),
        Column("class", pl.Int32, meaning="months accepted, in whole classes"),
    ),
    ("number",),
)
ORDER: Final = FrameSchema(
    "the order of a list",
    (Column("place", pl.Int64, meaning="1 is first"), Column("number", pl.String), Column("class", pl.Int32)),
    ("number",),
)
QUEUE: Final = FrameSchema(
    "how a list stands",
    (
        Column("place", pl.Int64),
        Column("number", pl.String),
        Column("referred", pl.Boolean, meaning="a place was offered"),
        Column("left", pl.Boolean, meaning="consented no longer when it was their turn"),
        Column("freed", pl.Boolean, meaning="the place offered was not taken"),
        Column("consents", pl.Boolean, meaning="shares with the recipient now"),
    ),
    ("number",),
)
TURNS: Final = FrameSchema(
    "whose turn it is",
    (
        Column("number", pl.String),
        Column("offered", pl.Boolean, meaning="a place; false: consents no longer, and leaves"),
    ),
    ("number",),
)


class Said(StrEnum):
    """What came back of a referral."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"  # until the day by which one was to come
    DECLINED = "declined"  # the person does not take the place


FREEING: Final = (Said.REFUSED, Said.NO_ANSWER, Said.DECLINED)
"""Answers after which the place goes to the next."""


class Moved(StrEnum):
    """What became of an accepted referral of a season."""

    DEPARTED = "departed"
    RETURNED = "returned"
    NO_SHOW = "no_show"  # did not depart; the place is used up, since it was accepted


def commitment_of(seed: str) -> str:
    """What is published of a seed before it is told."""
    return bytes_digest(seed.encode())


def outside_spelled(said: str) -> str:
    """An outside number as it goes into the lot, of one that was typed in: `52 817` is `52817`."""
    return "".join(said.split()).lower()


def lot_of(seed: str, outside: str) -> str:
    """What numbers are sorted with: the seed and the number from outside."""
    return f"{seed}:{outside}:"


def entrants_digest(entrants: pl.DataFrame) -> str:
    """SHA-256 of a list (`ENTRANTS`) as it was closed: a line `number class` each, in the order of their numbers."""
    rows = ENTRANTS.check(entrants).sort("number")
    lines = rows.select(pl.format("{} {}\n", "number", "class")).to_series().str.join("").item() or ""
    return bytes_digest(str(lines).encode())


def ordered(entrants: pl.DataFrame, lot: str) -> pl.DataFrame:
    """`ORDER` of `entrants` (`ENTRANTS`): the highest class first, inside a class by SHA-256 of lot and number."""
    rows = ENTRANTS.check(entrants)
    drawn = rows.with_columns(text_digests(lot + rows["number"]).alias("drawn"))
    found = drawn.sort("class", "drawn", "number", descending=[True, False, False]).drop("drawn")
    return ORDER.check(found.with_row_index("place", 1).with_columns(pl.col("place").cast(pl.Int64)))


def following(queue: pl.DataFrame, places: int) -> pl.DataFrame:
    """`TURNS` of a `queue` (`QUEUE`), in its order: free places go to the next who consent, never more than are free.

    Whoever consents no longer when it is their turn leaves; nobody leaves while no place is free.
    """
    rows = QUEUE.check(queue)
    free = places - rows.filter(pl.col("referred") & ~pl.col("freed")).height
    waiting = rows.filter(~pl.col("referred") & ~pl.col("left")).sort("place")
    before = pl.col("consents").cast(pl.Int64).cum_sum() - pl.col("consents").cast(pl.Int64)
    turn = waiting.filter(before < free)
    return TURNS.check(turn.select("number", offered=pl.col("consents")))
