"""A payment run: which lines of a month's list are ordered from the bank, as which payments, out of whose money.

A person's lines go together: what is paid to them, less what is recovered, is one payment; what is saved for them is
no order to a bank but a transfer into their savings. Ids are made from what they stand for, so a plan that is made
again is the same plan, and the database refuses its second copy.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.identity import near_month, row_ids
from ceiba.core.ledger import TRANSFERS, TransferKind
from ceiba.core.shares import PARTS


class RunKind(StrEnum):
    """What a run pays. Savings leave the account that holds them, and support never does."""

    SUPPORT = "support"  # lines of a month's list
    WITHDRAWALS = "withdrawals"  # people's own savings, of withdrawals asked for in a month


# What a claim of a withdrawal has as its component: no rulebook's component can be called so.
WITHDRAWN: Final = "savings:withdrawal"


class RunState(StrEnum):
    """How far a run is; the database holds `RUN_NEXT` too."""

    DRAFT = "draft"
    PREPARED = "prepared"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RELEASED = "released"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What a person does to a run. The first four are done by four different people."""

    PREPARE = "prepare"
    REVIEW = "review"
    APPROVE = "approve"
    RELEASE = "release"
    CANCEL = "cancel"


FOUR_PEOPLE: Final = (Step.PREPARE, Step.REVIEW, Step.APPROVE, Step.RELEASE)
LIMITED: Final = (Step.APPROVE, Step.RELEASE)
"""The steps for which each person has a most; who has none does not take them."""
REACHED_BY: Final = {
    Step.PREPARE: RunState.PREPARED,
    Step.REVIEW: RunState.REVIEWED,
    Step.APPROVE: RunState.APPROVED,
    Step.RELEASE: RunState.RELEASED,
    Step.CANCEL: RunState.CANCELLED,
}
_R = RunState
RUN_NEXT: Final[dict[RunState, tuple[RunState, ...]]] = {
    _R.DRAFT: (_R.PREPARED, _R.CANCELLED),
    _R.PREPARED: (_R.REVIEWED, _R.CANCELLED),
    _R.REVIEWED: (_R.APPROVED, _R.CANCELLED),
    _R.APPROVED: (_R.RELEASED, _R.CANCELLED),
    _R.RELEASED: (_R.SENT, _R.CANCELLED),
    _R.SENT: (_R.CLOSED,),
    _R.CLOSED: (),
    _R.CANCELLED: (),
}


class PaymentState(StrEnum):
    """What a payment has come to. While it is ordered or paid nothing else may pay its lines."""

    ORDERED = "ordered"  # planned or sent, and no answer yet: never failed for want of one
    PAID = "paid"
    CANCELLED = "cancelled"  # before it was sent
    REJECTED = "rejected"
    RETURNED = "returned"  # paid, and it came back


LIVE: Final = (PaymentState.ORDERED, PaymentState.PAID)
_P = PaymentState
PAYMENT_NEXT: Final[dict[PaymentState, tuple[PaymentState, ...]]] = {
    _P.ORDERED: (_P.PAID, _P.CANCELLED, _P.REJECTED),
    _P.PAID: (_P.RETURNED,),
    _P.CANCELLED: (),
    _P.REJECTED: (),
    _P.RETURNED: (),
}


class LeftOutFor(StrEnum):
    """Why somebody is not in a run."""

    HELD = "held"
    NO_ACCOUNT = "no_account"  # or one that rests, or that the person objected to
    OTHER_RAIL = "other_rail"  # paid by another way than this run's bank account offers
    BELOW_NOTHING = "below_nothing"  # recoveries of saved components exceed the payment


class HoldCause(StrEnum):
    """Why one person's pay is kept back."""

    DEATH_REPORTED = "death_reported"
    IDENTITY_IN_DOUBT = "identity_in_doubt"
    ACCOUNT_OBJECTED = "account_objected"  # the person says that the account is not theirs
    COMPLAINT = "complaint"
    COURT_ORDER = "court_order"
    OTHER = "other"


UNCLAIMED: Final = FrameSchema(
    "unclaimed lines",
    (
        Column("participant_id", pl.Int64),
        Column("component", pl.String),
        Column("for_month", pl.Date),
        Column("amount_minor", pl.Int64, meaning="not 0; negative: a recovery"),
        Column("area", pl.String, meaning="code of the municipality"),
        Column("variant", pl.String),
        Column("attempt", pl.Int16, meaning="1 and the claims made on this line before"),
        Column("payment_attempt", pl.Int16, meaning="1 and the payments of this person in this month before"),
    ),
    key=("participant_id", "for_month", "component"),
)

PAYEES: Final = FrameSchema(
    "where people are paid",
    (
        Column("participant_id", pl.Int64),
        Column("account_id", pl.Int64),
        Column("reachable", pl.Boolean, meaning="by the rail of the bank account that pays"),
    ),
    key=("participant_id",),
)

PAYMENTS: Final = FrameSchema(
    "payments",
    (
        Column("id", pl.String, meaning="its end-to-end id is this, in capitals and without dashes"),
        Column("participant_id", pl.Int64),
        Column("attempt", pl.Int16),
        Column("amount_minor", pl.Int64, meaning=">= 0; 0: recoveries took all of it, and no bank is asked"),
        Column("account_id", pl.Int64, nullable=True, meaning="payee account; null where the amount is 0"),
        Column("part", pl.Int16, nullable=True, meaning="the file of the run it goes in, from 1"),
    ),
    key=("id",),
)

CLAIMS: Final = FrameSchema(
    "claims",
    (
        Column("id", pl.String),
        Column("participant_id", pl.Int64),
        Column("component", pl.String),
        Column("for_month", pl.Date),
        Column("attempt", pl.Int16),
        Column("amount_minor", pl.Int64),
        Column("payment_id", pl.String, nullable=True, meaning="null: saved, not paid"),
    ),
    key=("participant_id", "for_month", "component"),
)

LEFT_OUT: Final = FrameSchema(
    "left out",
    (
        Column("participant_id", pl.Int64),
        Column("reason", pl.String, meaning="`LeftOutFor`"),
        Column("amount_minor", pl.Int64),
    ),
    key=("participant_id",),
)


@dataclass(frozen=True, slots=True)
class FileLimits:
    """The most that a bank takes in one file; None: any."""

    orders: int | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`PAYMENTS`, `CLAIMS` and `LEFT_OUT`."""

    payments: pl.DataFrame
    claims: pl.DataFrame
    left_out: pl.DataFrame


def end_to_end_ids(payment_ids: pl.Expr) -> pl.Expr:
    """The id under which banks know a payment: 32 characters of 0-9 and A-F, made of its own."""
    return payment_ids.str.replace_all("-", "").str.to_uppercase()


def planned(
    programme: str,
    month: date,
    lines: pl.DataFrame,
    payees: pl.DataFrame,
    held: pl.Series,
    saved: list[str],
    limits: FileLimits,
) -> Plan:
    """What a run pays of `lines` (`UNCLAIMED`) to `payees` (`PAYEES`), but to nobody who is `held` (participant ids).

    `saved` are the components that go into savings. What a saved component takes back is taken from the payment:
    savings that are the person's already are no source of it.
    """
    rows = UNCLAIMED.check(lines).with_columns(
        to_savings=pl.col("component").is_in(saved) & (pl.col("amount_minor") > 0)
    )
    people = _people(rows, PAYEES.check(payees), held)
    left_out = people.filter(pl.col("reason").is_not_null()).select(LEFT_OUT.names)
    payments = _payments(people.filter(pl.col("reason").is_null()), programme, month, limits)
    return Plan(PAYMENTS.check(payments), _claims(rows, payments, programme, month), LEFT_OUT.check(left_out))


def _people(rows: pl.DataFrame, payees: pl.DataFrame, held: pl.Series) -> pl.DataFrame:
    """A row a person: what is to be paid, where, and why not."""
    paid = pl.col("amount_minor").filter(~pl.col("to_savings")).sum()
    return (
        rows.group_by("participant_id")
        .agg(amount_minor=paid, attempt=pl.max("payment_attempt"))
        .join(payees, on="participant_id", how="left")
        .with_columns(
            reason=pl.when(pl.col("participant_id").is_in(held.implode()))
            .then(pl.lit(LeftOutFor.HELD.value))
            .when(pl.col("amount_minor") < 0)
            .then(pl.lit(LeftOutFor.BELOW_NOTHING.value))
            .when((pl.col("amount_minor") > 0) & pl.col("account_id").is_null())
            .then(pl.lit(LeftOutFor.NO_ACCOUNT.value))
            .when((pl.col("amount_minor") > 0) & ~pl.col("reachable"))
            .then(pl.lit(LeftOutFor.OTHER_RAIL.value))
        )
        .sort("participant_id")
    )


def _payments(people: pl.DataFrame, programme: str, month: date, limits: FileLimits) -> pl.DataFrame:
    """One a person, in the files that the bank's limits make."""
    ids = row_ids(
        "payment",
        *_of_month(people, programme, month),
        people["participant_id"],
        people["attempt"],
        near=near_month(month, people["participant_id"]),
    )
    asked = pl.col("amount_minor") > 0
    return people.with_columns(
        id=ids,
        account_id=pl.when(asked).then("account_id"),
        part=pl.when(asked).then(_file_number(limits)).rank("dense").cast(pl.Int16),
    ).select(PAYMENTS.names)


def _file_number(limits: FileLimits) -> pl.Expr:
    """A number that grows where a file would hold too many orders or too much, in the order of the rows.

    By amount it grows where the running sum passes a multiple of half the limit: then no file exceeds the limit as
    long as no single payment is above half of it.
    """
    number = pl.lit(0, pl.Int64)
    if limits.orders is not None:
        number = number + ((pl.col("amount_minor") > 0).cum_sum().cast(pl.Int64) - 1) // limits.orders
    if limits.amount_minor is not None:
        number = number + (pl.col("amount_minor").cum_sum() - 1) // (limits.amount_minor // 2)
    return number


def _claims(rows: pl.DataFrame, payments: pl.DataFrame, programme: str, month: date) -> pl.DataFrame:
    """One a line of everybody who is paid."""
    chosen = rows.join(
        payments.select("participant_id", payment_id="id"), on="participant_id", how="inner"
    ).sort(CLAIMS.key)
    ids = row_ids(
        "claim",
        *_of_month(chosen, programme, month),
        *(chosen[name] for name in ("participant_id", "for_month", "component", "attempt")),
        near=near_month(month, chosen["participant_id"]),
    )
    return CLAIMS.check(
        chosen.with_columns(id=ids, payment_id=pl.when(~pl.col("to_savings")).then("payment_id")).select(
            CLAIMS.names
        )
    )


def _of_month(rows: pl.DataFrame, programme: str, month: date) -> tuple[pl.Series, pl.Series]:
    return (
        pl.Series([programme], dtype=pl.String).new_from_index(0, rows.height),
        pl.Series([month], dtype=pl.Date).new_from_index(0, rows.height),
    )


@dataclass(frozen=True, slots=True)
class RunAccounts:
    """Ids of the ledger's accounts that a run moves money between; funds by agreement, savings by participant id."""

    clearing: int
    funds: dict[str, int]
    savings: pl.DataFrame


def withdrawal_transfers(
    claims: pl.DataFrame, accounts: RunAccounts, month: date, currency: str
) -> pl.DataFrame:
    """The pending transfers (`TRANSFERS`) of `CLAIMS` of withdrawals: out of people's savings, towards the bank."""
    rows = (
        CLAIMS.check(claims)
        .rename({"id": "claim_id"})
        .join(accounts.savings, on="participant_id", how="inner", maintain_order="left")
    )
    return TRANSFERS.check(
        rows.with_columns(
            id=row_ids("transfer", rows["claim_id"]),
            kind=pl.lit(TransferKind.WITHDRAWAL.value),
            debit_id="savings_id",
            credit_id=pl.lit(accounts.clearing, pl.Int64),
            currency=pl.lit(currency),
            pending=pl.lit(value=True),
            month=pl.lit(month, pl.Date),
        )
    )


def transfers_of(
    claims: pl.DataFrame, parts: pl.DataFrame, accounts: RunAccounts, month: date, currency: str
) -> pl.DataFrame:
    """The pending transfers (`TRANSFERS`) of `CLAIMS`, one an agreement that pays a part (`PARTS`) of its line.

    Support leaves the fund towards the bank, what is recovered comes back to it, what is saved goes to the person.
    """
    key = ["participant_id", "for_month", "component"]
    rows = (
        CLAIMS.check(claims)
        .rename({"id": "claim_id"})
        .drop("amount_minor")
        .join(PARTS.check(parts), on=key, how="inner", maintain_order="left")
        .join(accounts.savings, on="participant_id", how="left", maintain_order="left")
    )
    fund = pl.col("agreement").replace_strict(accounts.funds, return_dtype=pl.Int64)
    saves = pl.col("payment_id").is_null()
    takes_back = pl.col("amount_minor") < 0
    towards = pl.when(saves).then("savings_id").otherwise(pl.lit(accounts.clearing, pl.Int64))
    kind = (
        pl.when(saves)
        .then(pl.lit(TransferKind.SAVING.value))
        .when(takes_back)
        .then(pl.lit(TransferKind.RECOVERY.value))
        .otherwise(pl.lit(TransferKind.SUPPORT.value))
    )
    return TRANSFERS.check(
        rows.with_columns(
            id=row_ids(
                "transfer",
                rows["claim_id"],
                rows["agreement"],
                near=near_month(month, rows["participant_id"]),
            ),
            kind=kind,
            debit_id=pl.when(takes_back).then(towards).otherwise(fund),
            credit_id=pl.when(takes_back).then(fund).otherwise(towards),
            amount_minor=pl.col("amount_minor").abs(),
            currency=pl.lit(currency),
            pending=pl.lit(value=True),
            month=pl.lit(month, pl.Date),
        )
    )
