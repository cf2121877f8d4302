"""What IATI 2.03 files say, as frames: one a kind of element, keyed by the activity it stands in.

Codes are of the standard's codelists. Amounts are whole minor units; shares are hundredths of a percent, so that a
hundred percent is exactly 10,000. Texts come in Spanish and English (`_es`, `_en`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

_ACTIVITY: Final = Column("activity", pl.String, meaning="IATI identifier of the activity")
_MONEY: Final = (
    Column("value_minor", pl.Int64),
    Column("currency", pl.String, meaning="ISO 4217"),
    Column("value_date", pl.Date, meaning="the day of the exchange rate"),
)
_PERIOD: Final = (Column("start", pl.Date), Column("end", pl.Date, meaning="its last day"))
_SHARE: Final = Column("share", pl.Int32, meaning="hundredths of a percent, 1 to 10,000")


def _text(name: str, meaning: str = "", nullable: bool = False) -> tuple[Column, Column]:
    return tuple(Column(f"{name}_{language}", pl.String, nullable, meaning) for language in ("es", "en"))  # type: ignore[return-value]


ORGANISATIONS: Final = FrameSchema(
    "organisations",
    (
        Column("org", pl.String, meaning="our own word for it, in these frames only"),
        Column("ref", pl.String, True, "its IATI organisation identifier, where it has one"),
        Column("type", pl.String, meaning="codelist OrganisationType"),
        Column("name", pl.String),
    ),
    ("org",),
)
ACTIVITIES: Final = FrameSchema(
    "activities",
    (
        _ACTIVITY,
        Column("parent", pl.String, True, "the activity that holds it; null: it holds others"),
        *_text("title"),
        *_text("description"),
        Column("status", pl.String, meaning="codelist ActivityStatus"),
        Column("scope", pl.String, True, "codelist ActivityScope"),
        Column("planned_start", pl.Date),
        Column("actual_start", pl.Date, True, "not in the future"),
        Column("planned_end", pl.Date, True),
        Column("actual_end", pl.Date, True, "not in the future"),
    ),
    ("activity",),
)
PARTICIPATING: Final = FrameSchema(
    "participating organisations",
    (
        _ACTIVITY,
        Column("org", pl.String),
        Column("role", pl.String, meaning="codelist OrganisationRole"),
        Column("their_activity", pl.String, True, "the activity under which they report it themselves"),
    ),
    ("activity", "org", "role"),
)
RECIPIENTS: Final = FrameSchema(
    "recipient countries of whole activities",
    (_ACTIVITY, Column("country", pl.String, meaning="ISO 3166-1 alpha-2"), _SHARE),
    ("activity", "country"),
)
SECTORS: Final = FrameSchema(
    "sectors",
    (_ACTIVITY, Column("sector", pl.String, meaning="codelist Sector"), _SHARE),
    ("activity", "sector"),
)
LOCATIONS: Final = FrameSchema(
    "locations",
    (
        _ACTIVITY,
        Column("area", pl.String, meaning="area code of a department or state, never of anything smaller"),
        Column("name", pl.String),
        Column("country", pl.String),
        Column("lon", pl.Float64, meaning="a point inside the area, which no plot is at"),
        Column("lat", pl.Float64),
    ),
    ("activity", "area"),
)
BUDGETS: Final = FrameSchema(
    "budgets",
    (_ACTIVITY, Column("status", pl.String, meaning="codelist BudgetStatus"), *_PERIOD, *_MONEY),
    ("activity", "start"),
)
PLANNED: Final = FrameSchema(
    "planned disbursements to the activity",
    (
        _ACTIVITY,
        Column("type", pl.String, meaning="codelist BudgetType: original or revised"),
        *_PERIOD,
        *_MONEY,
        Column("provider", pl.String, True, "organisation"),
        Column("provider_activity", pl.String, True),
    ),
    ("activity", "start", "provider"),
)
TRANSACTIONS: Final = FrameSchema(
    "transactions",
    (
        _ACTIVITY,
        Column("ref", pl.String, meaning="the same whenever the file is made again"),
        Column("type", pl.String, meaning="codelist TransactionType"),
        Column("date", pl.Date, meaning="not in the future"),
        *_MONEY,
        *_text("description"),
        Column("provider", pl.String, True, "organisation"),
        Column("provider_activity", pl.String, True),
        Column("receiver", pl.String, True, "organisation; null: people"),
        Column("receiver_activity", pl.String, True),
        Column("country", pl.String, True, "where; null: in several"),
    ),
    ("activity", "ref"),
)
DOCUMENTS: Final = FrameSchema(
    "documents",
    (
        _ACTIVITY,
        Column("url", pl.String),
        Column("format", pl.String, meaning="codelist FileFormat"),
        Column("category", pl.String, meaning="codelist DocumentCategory"),
        Column("language", pl.String),
        *_text("title"),
    ),
    ("activity", "url"),
)
INDICATORS: Final = FrameSchema(
    "indicators, each a result of its own",
    (
        _ACTIVITY,
        Column("indicator", pl.String),
        Column("result_type", pl.String, meaning="codelist ResultType"),
        *_text("title"),
        *_text("description"),
        Column("adds_up", pl.Boolean, meaning="periods and activities can be added together"),
        Column("baseline_year", pl.Int32),
        Column("baseline", pl.Decimal(18, 2)),
    ),
    ("activity", "indicator"),
)
PERIODS: Final = FrameSchema(
    "periods of indicators",
    (
        _ACTIVITY,
        Column("indicator", pl.String),
        *_PERIOD,
        Column("target", pl.Decimal(18, 2), True),
        *_text("target_comment", nullable=True),
        Column("actual", pl.Decimal(18, 2), True, "null: not known, or of too few people to be told"),
        *_text("actual_comment", nullable=True),
    ),
    ("activity", "indicator", "start"),
)
TOTALS: Final = FrameSchema(
    "totals of the organisation",
    (
        Column("kind", pl.String, meaning="one of `TOTAL_KINDS`"),
        Column("org", pl.String, True, "of a recipient-org-budget: who receives it"),
        Column(
            "place", pl.String, True, "of a recipient-country-budget or -region-budget: the country or region"
        ),
        Column("status", pl.String, True, "codelist BudgetStatus; null for an expenditure"),
        *_PERIOD,
        *_MONEY,
    ),
    ("kind", "org", "place", "start"),
)
LINES: Final = FrameSchema(
    "lines of totals",
    (
        Column("kind", pl.String),
        Column("org", pl.String, True),
        Column("start", pl.Date),
        Column("ref", pl.String),
        *_text("text"),
        *_MONEY,
    ),
    ("kind", "org", "start", "ref"),
)
TOTAL_KINDS: Final = (  # the schema's order
    "total-budget",
    "recipient-org-budget",
    "recipient-region-budget",
    "recipient-country-budget",
    "total-expenditure",
)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is the same in the whole publication. `region` is of the codelist Region: for money that is of several
    countries at once."""

    reporting: str  # an organisation of ORGANISATIONS, with a ref
    currency: str
    region: str
    collaboration_type: str
    flow_type: str
    finance_type: str
    aid_type: str
    tied_status: str
    updated_at: datetime
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything the two files say. Making one checks every frame (FrameError)."""

    defaults: Defaults
    organisations: pl.DataFrame
    activities: pl.DataFrame
    participating: pl.DataFrame = field(default_factory=PARTICIPATING.empty)
    recipients: pl.DataFrame = field(default_factory=RECIPIENTS.empty)
    sectors: pl.DataFrame = field(default_factory=SECTORS.empty)
    locations: pl.DataFrame = field(default_factory=LOCATIONS.empty)
    budgets: pl.DataFrame = field(default_factory=BUDGETS.empty)
    planned: pl.DataFrame = field(default_factory=PLANNED.empty)
    transactions: pl.DataFrame = field(default_factory=TRANSACTIONS.empty)
    documents: pl.DataFrame = field(default_factory=DOCUMENTS.empty)
    indicators: pl.DataFrame = field(default_factory=INDICATORS.empty)
    periods: pl.DataFrame = field(default_factory=PERIODS.empty)
    totals: pl.DataFrame = field(default_factory=TOTALS.empty)
    lines: pl.DataFrame = field(default_factory=LINES.empty)

    def __post_init__(self) -> None:
        for part in fields(self):
            if part.name in SCHEMAS:
                SCHEMAS[part.name].check(getattr(self, part.name))


SCHEMAS: Final[Mapping[str, FrameSchema]] = {
    "organisations": ORGANISATIONS,
    "activities": ACTIVITIES,
    "participating": PARTICIPATING,
    "recipients": RECIPIENTS,
    "sectors": SECTORS,
    "locations": LOCATIONS,
    "budgets": BUDGETS,
    "planned": PLANNED,
    "transactions": TRANSACTIONS,
    "documents": DOCUMENTS,
    "indicators": INDICATORS,
    "periods": PERIODS,
    "totals": TOTALS,
    "lines": LINES,
}
