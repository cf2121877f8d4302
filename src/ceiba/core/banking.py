"""What passes between Ceiba and the rails: orders to pay, and what a bank said about them.

A rail writes `ORDERS` as the bytes a bank takes, and reads a bank's bytes as `ENTRIES`. Neither side knows the
other's format.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema


class Scheme(StrEnum):
    """How an account is named."""

    CLABE = "clabe"  # 18 digits, Mexico
    IBAN = "iban"  # ISO 13616: Guatemala, El Salvador, Honduras
    LOCAL = "local"  # a bank's own number, with the bank's code
    PHONE = "phone"  # mobile money, E.164
    CASH = "cash"  # handed over; the account is the place where


class Said(StrEnum):
    """What a bank entry says of a payment."""

    ACCEPTED = "accepted"  # taken in; nothing has moved
    PENDING = "pending"  # not decided yet
    REJECTED = "rejected"  # will not be paid; nothing has moved
    PAID = "paid"  # money left the account for it
    RETURNED = "returned"  # money came back for it
    OTHER = "other"  # moved money for something else: a fee, a deposit, or nothing that it names


ORDERS: Final = FrameSchema(
    "orders to pay",
    (
        Column(
            "end_to_end_id", pl.String, meaning="32 of A-Z and 0-9, the same whenever the order is made again"
        ),
        Column("amount_minor", pl.Int64, meaning="> 0"),
        Column("name", pl.String, meaning="of the payee, as the bank knows it"),
        Column("scheme", pl.String, meaning="`Scheme`"),
        Column("account", pl.String, meaning="the number, without spaces"),
        Column(
            "bank",
            pl.String,
            nullable=True,
            meaning="BIC or the national code of the bank, where it needs one",
        ),
        Column(
            "concept", pl.String, meaning="what the person reads on the statement, at most 140 characters"
        ),
    ),
    key=("end_to_end_id",),
)

ENTRIES: Final = FrameSchema(
    "bank entries",
    (
        Column(
            "entry",
            pl.String,
            meaning="the same when the bank says it again: from its references, never its place in a file",
        ),
        Column("said", pl.String, meaning="`Said`"),
        Column("end_to_end_id", pl.String, nullable=True, meaning="null: of a batch, or of none"),
        Column("message", pl.String, nullable=True, meaning="the id of our message that it speaks of"),
        Column("batch", pl.String, nullable=True, meaning="the id of our batch (PmtInfId) that it speaks of"),
        Column(
            "amount_minor",
            pl.Int64,
            nullable=True,
            meaning="> 0; null where a status does not repeat the amount",
        ),
        Column("currency", pl.String, nullable=True),
        Column(
            "credit",
            pl.Boolean,
            meaning="money comes to us; a fee and an unknown deposit are both OTHER, and only this tells them apart",
        ),
        Column("own_account", pl.String, nullable=True, meaning="the account of ours that moved"),
        Column(
            "booked", pl.Boolean, meaning="it moved money on our account; a notice or status is not booked"
        ),
        Column("booked_on", pl.Date, nullable=True),
        Column("reference", pl.String, nullable=True, meaning="the bank's own, to ask it by"),
        Column(
            "reason", pl.String, nullable=True, meaning="ISO 20022 external reason code, or the bank's own"
        ),
        Column("text", pl.String, nullable=True, meaning="what the bank wrote beside it"),
    ),
    key=("entry",),
)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The account that money leaves from."""

    holder: str
    scheme: Scheme
    account: str
    bank: str | None
    currency: str


@dataclass(frozen=True, slots=True)
class Order:
    """What the orders of one file have in common.

    `message` is the message id (at most 24 characters; a rail that divides adds `-1`, `-2`...). `execute_on` is the
    day the bank is asked to pay. `created_at` is an argument, so that the same order gives the same bytes.
    """

    message: str
    created_at: datetime
    execute_on: date
    debtor: OwnAccount
