"""Savings that belong to a person: the rule by which they bear interest, how they are paid out, how they are told.

The rule is dated numbers of the programme's rulebook (`RULE_PARAMETERS`), each with its basis. Where a programme has
laid none down the rate is 0, and that is an assumption, shown as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.identity import row_ids
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import TRANSFERS, TransferKind

RATE: Final = "savings_rate_basis_points"
METHOD: Final = "savings_interest_method"
DAYS: Final = "savings_year_days"
PAYOUT: Final = "savings_payout"
YEAR_DAYS: Final = (360, 365)
# What a rulebook may lay down of savings, one value everywhere, and which values. No rule names them: they are read
# here.
RULE_PARAMETERS: Final[Mapping[str, Sequence[int]]] = {
    RATE: range(10_001),
    METHOD: (1, 2),
    DAYS: YEAR_DAYS,
    PAYOUT: (0, 1),
}

# Fractions of a minor unit are counted in parts that both kinds of year and basis points divide: nothing is lost
# when the rule changes from one month to the next.
_LEAST_COMMON_DAYS: Final = 26_280
PARTS: Final = 10_000 * _LEAST_COMMON_DAYS


class Method(IntEnum):
    """Which balance bears interest; the number is the rulebook's."""

    DAILY = 1  # of the end of each day
    LOWEST = 2  # the lowest of the month, for all its days


class Cause(StrEnum):
    """Why savings are paid out."""

    EXIT = "exit"  # the person's enrolment ended
    RULE = "rule"  # the rulebook pays everybody's out in this month
    REQUEST = "request"  # the person asked


class Asked(StrEnum):
    """How far a withdrawal is before it is paid; the rest is the state of its payment."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    GIVEN_UP = "given_up"  # approved, and not to be paid after all


WITHDRAWAL_NEXT: Final[Mapping[Asked, tuple[Asked, ...]]] = {
    Asked.ASKED: (Asked.APPROVED, Asked.REFUSED),
    Asked.APPROVED: (Asked.GIVEN_UP,),
    Asked.REFUSED: (),
    Asked.GIVEN_UP: (),
}


class MoveState(StrEnum):
    """How far the cash behind some savings is on its way into the account that holds savings."""

    ORDERED = "ordered"  # by one of the treasury
    CONFIRMED = "confirmed"  # by another
    BOOKED = "booked"  # the bank's statement shows it
    CANCELLED = "cancelled"


MOVE_NEXT: Final[Mapping[MoveState, tuple[MoveState, ...]]] = {
    MoveState.ORDERED: (MoveState.CONFIRMED, MoveState.CANCELLED),
    MoveState.CONFIRMED: (MoveState.BOOKED, MoveState.CANCELLED),
    MoveState.BOOKED: (),
    MoveState.CANCELLED: (),
}


@dataclass(frozen=True, slots=True)
class InterestRule:
    """How savings bear interest in a month; `assumed` where nobody has established it."""

    rate_basis_points: int
    method: Method
    year_days: int
    assumed: bool

    def __post_init__(self) -> None:
        if self.rate_basis_points < 0 or self.year_days not in YEAR_DAYS:
            raise ValueError(f"no such interest: {self}")


OPENING: Final = FrameSchema(
    "savings at the beginning of a month",
    (
        Column("participant_id", pl.Int64),
        Column("balance_minor", pl.Int64, meaning=">= 0"),
        Column(
            "carried", pl.Int64, meaning="fractions not yet given, in `PARTS` of a minor unit; 0 to PARTS - 1"
        ),
    ),
    key=("participant_id",),
)
MOVED: Final = FrameSchema(
    "what moved on savings",
    (
        Column("participant_id", pl.Int64, meaning="of `OPENING`"),
        Column("on", pl.Date, meaning="a day of the month (UTC)"),
        Column("moved_minor", pl.Int64, meaning="towards the person; negative: paid out"),
    ),
)
INTEREST: Final = FrameSchema(
    "interest of a month",
    (
        Column("participant_id", pl.Int64),
        Column("base", pl.Int64, meaning="what bore interest, times the days that it did"),
        Column("amount_minor", pl.Int64, meaning=">= 0, rounded down"),
        Column("carried", pl.Int64, meaning="what rounding left, for the next month; in `PARTS`"),
    ),
    key=("participant_id",),
)


def interest(rule: InterestRule, month: Month, opening: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """The simple interest (`INTEREST`, by person) of a month on savings (`OPENING`, `MOVED`).

    Only what was there at the end of a day bears interest for it. Rounded down to a minor unit; the fraction is
    carried, so that months add up to what one long period would give. Raises ValueError for a movement outside the
    month or of nobody, and for a balance below 0: the ledger has neither.
    """
    days = month.last_day.day
    people, rows = OPENING.check(opening), MOVED.check(moved)
    if rows.filter(~pl.col("on").is_between(month.first_day, month.last_day)).height:
        raise ValueError(f"something moved outside {month}")
    if rows.join(people, on="participant_id", how="anti").height:
        raise ValueError("something moved on savings that are not among the opening ones")
    balances = _day_ends(people, rows)
    lowest = balances.group_by("participant_id").agg(pl.min("balance_minor").alias("lowest"))
    weighed = balances.group_by("participant_id").agg(
        (pl.col("change_minor") * (days + 1 - pl.col("day"))).sum().alias("daily")
    )
    if balances.filter(pl.col("balance_minor") < 0).height:
        raise ValueError("savings were below nothing")
    base = pl.col("daily") if rule.method == Method.DAILY else pl.col("lowest") * days
    parts = pl.col("base").cast(pl.Int128) * rule.rate_basis_points * (
        _LEAST_COMMON_DAYS // rule.year_days
    ) + pl.col("carried")
    return INTEREST.check(
        people.join(lowest, on="participant_id", how="inner")
        .join(weighed, on="participant_id", how="inner")
        .with_columns(base=base)
        .with_columns(amount_minor=(parts // PARTS).cast(pl.Int64), carried=(parts % PARTS).cast(pl.Int64))
        .select(INTEREST.names)
        .sort("participant_id")
    )


def _day_ends(people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """A row a person and day on which something changed: the change, and the balance of its end.

    What was there from the start is a change of the first day, so that it counts for every day.
    """
    changes = rows.select(
        "participant_id", day=pl.col("on").dt.day().cast(pl.Int64), change_minor="moved_minor"
    )
    start = people.select("participant_id", day=pl.lit(1, pl.Int64), change_minor="balance_minor")
    return (
        pl.concat([start, changes])
        .group_by("participant_id", "day")
        .agg(pl.sum("change_minor"))
        .sort("participant_id", "day")
        .with_columns(balance_minor=pl.col("change_minor").cum_sum().over("participant_id"))
    )


def interest_transfers(
    given: pl.DataFrame, savings: pl.DataFrame, source: int, programme: str, month: Month, currency: str
) -> pl.DataFrame:
    """The transfers (`TRANSFERS`) of `INTEREST` into savings accounts (participant_id, savings_id).

    Ids are of programme, currency, month and person: the ledger refuses a second interest for the same month.
    """
    rows = given.filter(pl.col("amount_minor") > 0).join(
        savings, on="participant_id", how="inner", maintain_order="left"
    )
    of = pl.Series([f"{programme}:{currency}:{month}"], dtype=pl.String).new_from_index(0, rows.height)
    return _transfers(
        rows.with_columns(
            id=row_ids("interest", of, rows["participant_id"]),
            kind=pl.lit(TransferKind.INTEREST.value),
            debit_id=pl.lit(source, pl.Int64),
            credit_id="savings_id",
            currency=pl.lit(currency),
            pending=pl.lit(value=False),
            month=pl.lit(month.first_day),
            for_month=pl.lit(month.first_day),
        )
    )


def _transfers(rows: pl.DataFrame) -> pl.DataFrame:
    """`TRANSFERS`, with null for what the rows do not say."""
    absent = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in TRANSFERS.dtypes.items()
        if name not in rows.columns
    ]
    return TRANSFERS.check(rows.with_columns(absent))


TOLD: Final = FrameSchema(
    "savings to be told",
    (
        Column("language", pl.String, meaning="`es` or `en`"),
        Column("balance_minor", pl.Int64),
        Column("saved_minor", pl.Int64, meaning="deposits of the period"),
        Column("interest_minor", pl.Int64),
        Column("withdrawn_minor", pl.Int64),
    ),
)
MESSAGE_MAX: Final = 160
# The default alphabet of GSM 03.38, in which a text message holds 160 characters; without its line ends.
GSM_7: Final = (
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_WORDS: Final = {
    "es": (
        "Ceiba {}: su ahorro al {} es {} {}. Trimestre: abonos {}, interés {}, retiros {}.",
        " Es suyo: nadie puede cobrarle por ello.",
    ),
    "en": (
        "Ceiba {}: your savings on {} are {} {}. Quarter: deposits {}, interest {}, withdrawals {}.",
        " They are yours: nobody may charge for them.",
    ),
}


def message_texts(rows: pl.DataFrame, programme: str, on: date, currency: str, digits: int) -> pl.Series:
    """What a text message tells each person (`TOLD`) of their savings on a day: at most 160 characters of GSM 7-bit.

    The reminder that it is free is left out where long amounts leave no room for it. Nobody is named.
    """
    told = TOLD.check(rows)
    days = {"es": f"{on:%d/%m/%Y}", "en": on.isoformat()}
    amounts = [
        _plain(pl.col(f"{name}_minor"), digits) for name in ("balance", "saved", "interest", "withdrawn")
    ]

    def wording(language: str) -> pl.Expr:
        said, reminder = _WORDS[language]
        text = pl.format(said, pl.lit(programme), pl.lit(days[language]), pl.lit(currency), *amounts)
        fits = text.str.len_chars() + len(reminder) <= MESSAGE_MAX
        return pl.when(fits).then(text + reminder).otherwise(text)

    chosen = pl.when(pl.col("language") == "en").then(wording("en")).otherwise(wording("es"))
    return told.select(chosen.alias("text")).to_series()


def _plain(minor: pl.Expr, digits: int) -> pl.Expr:
    """`5400.00`: no sign of thousands, which not every telephone breaks a line at."""
    if digits == 0:
        return minor.cast(pl.String)
    unit = 10**digits
    return pl.format("{}.{}", minor // unit, (minor % unit).cast(pl.String).str.zfill(digits))
