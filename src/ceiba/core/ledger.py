"""What the ledger is made of: kinds of account and transfer, and frames of them.

A transfer debits one account and credits another by one amount, so it balances by construction. Which kind may go
between which kinds of account is held by the database too (`ledger/sql/guard.sql`).
"""

from enum import StrEnum
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema


class AccountKind(StrEnum):
    """What an account holds. The first three are owed to somebody (credit-normal), the others are ours."""

    FUND = "fund"  # what a funder paid in and nobody has been paid yet; one an agreement
    SAVINGS = "savings"  # what belongs to one participant
    CLEARING = "clearing"  # ordered, and not yet booked by the bank; one a bank account
    BANK = "bank"  # money at a bank
    SUSPENSE = "suspense"  # booked by a bank, and explained by nobody
    CHARGES = "charges"  # what banks took for their work
    INTEREST = "interest"  # what the programme gives savers, and what banks give on its accounts


CREDIT_NORMAL: Final = (AccountKind.FUND, AccountKind.SAVINGS, AccountKind.CLEARING)


class TransferKind(StrEnum):
    """Why money moves; docs/decisions/0023 has the table."""

    DISBURSEMENT = "disbursement"
    SUPPORT = "support"
    RECOVERY = "recovery"
    SAVING = "saving"
    SAVING_MOVED = "saving_moved"
    WITHDRAWAL = "withdrawal"
    INTEREST = "interest"
    BOOKING = "booking"
    RETURNED = "returned"
    RETURN_BOOKING = "return_booking"
    UNEXPLAINED = "unexplained"
    EXPLAINED = "explained"
    CHARGE = "charge"


_A = AccountKind
# Kind of transfer -> pairs of the kinds of account that it may debit and credit.
ROUTES: Final[dict[TransferKind, tuple[tuple[AccountKind, AccountKind], ...]]] = {
    TransferKind.DISBURSEMENT: ((_A.BANK, _A.FUND),),
    TransferKind.SUPPORT: ((_A.FUND, _A.CLEARING),),
    TransferKind.RECOVERY: ((_A.CLEARING, _A.FUND),),
    TransferKind.SAVING: ((_A.FUND, _A.SAVINGS),),
    TransferKind.SAVING_MOVED: ((_A.BANK, _A.BANK),),
    TransferKind.WITHDRAWAL: ((_A.SAVINGS, _A.CLEARING),),
    TransferKind.INTEREST: ((_A.INTEREST, _A.SAVINGS),),
    TransferKind.BOOKING: ((_A.CLEARING, _A.BANK),),
    # The other way for what a returned payment had recovered: it is owed again.
    TransferKind.RETURNED: ((_A.CLEARING, _A.FUND), (_A.CLEARING, _A.SAVINGS), (_A.FUND, _A.CLEARING)),
    TransferKind.RETURN_BOOKING: ((_A.BANK, _A.CLEARING),),
    TransferKind.UNEXPLAINED: ((_A.BANK, _A.SUSPENSE), (_A.SUSPENSE, _A.BANK)),
    TransferKind.EXPLAINED: tuple(
        pair
        for other in (_A.FUND, _A.CLEARING, _A.BANK, _A.CHARGES, _A.INTEREST)
        for pair in ((_A.SUSPENSE, other), (other, _A.SUSPENSE))
    ),
    TransferKind.CHARGE: ((_A.CHARGES, _A.BANK), (_A.FUND, _A.CHARGES), (_A.FUND, _A.BANK)),
}

ACCOUNTS: Final = FrameSchema(
    "accounts to open",
    (
        Column("code", pl.String, meaning="`account_code`"),
        Column("kind", pl.String, meaning="`AccountKind`"),
        Column("programme", pl.String),
        Column("currency", pl.String),
        Column("subject", pl.String, meaning="code of the agreement, bank account or participant"),
        Column("participant_id", pl.Int64, nullable=True, meaning="of savings, and of nothing else"),
        Column("floor_minor", pl.Int64, nullable=True, meaning="the least it may hold; null: any"),
    ),
    key=("code",),
)

TRANSFERS: Final = FrameSchema(
    "transfers",
    (
        Column("id", pl.String, meaning="`row_ids`: the same transfer made again has the same"),
        Column("kind", pl.String, meaning="`TransferKind`"),
        Column("debit_id", pl.Int64, meaning="account"),
        Column("credit_id", pl.Int64, meaning="account"),
        Column("amount_minor", pl.Int64, meaning="> 0"),
        Column("currency", pl.String),
        Column("pending", pl.Boolean, meaning="to be settled by a row of its own"),
        Column("participant_id", pl.Int64, nullable=True),
        Column("month", pl.Date, nullable=True, meaning="of payment"),
        Column("for_month", pl.Date, nullable=True, meaning="of work"),
        Column("component", pl.String, nullable=True),
        Column("payment_id", pl.String, nullable=True),
        Column("claim_id", pl.String, nullable=True),
    ),
    key=("id",),
)

SETTLEMENTS: Final = FrameSchema(
    "settlements",
    (
        Column("transfer_id", pl.String, meaning="a pending transfer"),
        Column("posted", pl.Boolean, meaning="else voided"),
    ),
    key=("transfer_id",),
)


def account_code(programme: str, currency: str, kind: AccountKind, subject: str) -> str:
    """`ca:USD:fund:US-2021`: what an account is called."""
    return f"{programme}:{currency}:{kind}:{subject}"
