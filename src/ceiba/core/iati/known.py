"""What a programme knows that its IATI files are made of, in its own words: agreements, money that moved, results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import polars as pl

from ceiba.core.iati.publisher import Publisher
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.rules.rulebook import Text

_AGREEMENT: Final = Column("agreement", pl.String, meaning="code")

AGREEMENTS: Final = FrameSchema(
    "agreements",
    (
        _AGREEMENT,
        Column("our_activity", pl.String, True, "the identifier that it gives our activity, if it does"),
        Column("title_es", pl.String),
        Column("title_en", pl.String),
        Column("funder", pl.String, meaning="code"),
        Column("funder_name", pl.String),
        Column("funder_ref", pl.String, True, "IATI organisation identifier"),
        Column("funder_type", pl.String, meaning="codelist OrganisationType"),
        Column("funder_activity", pl.String, True, "IATI identifier of the funder's own activity"),
        Column("starts_on", pl.Date),
        Column("ends_on", pl.Date, True),
    ),
    ("agreement",),
)
MONEY_IN: Final = FrameSchema(
    "commitments and receipts",
    (
        _AGREEMENT,
        Column("ref", pl.String, meaning="the same whenever it is told"),
        Column("kind", pl.String, meaning="commitment or receipt"),
        Column("date", pl.Date),
        Column("amount_minor", pl.Int64, meaning="negative: given back to the funder"),
    ),
    ("agreement", "kind", "ref"),
)
PLANS: Final = FrameSchema(
    "disbursements that funders plan",
    (
        _AGREEMENT,
        Column("start", pl.Date),
        Column("end", pl.Date, meaning="the last day on which it may arrive"),
        Column("amount_minor", pl.Int64),
        Column("revised", pl.Boolean, meaning="it was planned otherwise before"),
    ),
    ("agreement", "start"),
)
PAYS_IN: Final = FrameSchema(
    "countries in which agreements pay a share, by their divisions",
    (_AGREEMENT, Column("country", pl.String)),
    ("agreement", "country"),
)
COSTS: Final = FrameSchema(
    "costs that are paid to nobody of the programme: what banks took",
    (_AGREEMENT, Column("month", pl.Date), Column("amount_minor", pl.Int64)),
    ("agreement", "month"),
)
PLACES: Final = FrameSchema(
    "states and departments where people are paid",
    (
        Column("area", pl.String),
        Column("name", pl.String),
        Column("country", pl.String),
        Column("lon", pl.Float64),
        Column("lat", pl.Float64),
    ),
    ("area",),
)
ACHIEVED: Final = FrameSchema(
    "what was achieved, a calendar year at a time",
    (
        Column("indicator", pl.String, meaning="one of `publisher.INDICATORS`"),
        Column("start", pl.Date),
        Column("end", pl.Date),
        Column("actual", pl.Decimal(18, 2), True, "null: of too few people to be told"),
        Column("comment_es", pl.String, True),
        Column("comment_en", pl.String, True),
    ),
    ("indicator", "start"),
)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All of it. `began` is the first day of the first month decided, `at` when the files are made; `least` is the
    fewest people a cell may have."""

    publisher: Publisher
    programme: str
    name: Text
    summary: Text
    currency: str
    countries: tuple[str, ...]
    components: Mapping[str, Text]
    began: date
    at: datetime
    least: int
    agreements: pl.DataFrame
    money_in: pl.DataFrame
    paid: pl.DataFrame  # CELLS
    costs: pl.DataFrame
    places: pl.DataFrame
    achieved: pl.DataFrame
    plans: pl.DataFrame = field(default_factory=PLANS.empty)
    pays_in: pl.DataFrame = field(default_factory=PAYS_IN.empty)
