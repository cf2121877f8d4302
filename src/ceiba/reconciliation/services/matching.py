"""Matches what banks said with what was ordered: states of payments, bookings in the books, and what stays open.

All of it is one transaction: after a crash nothing of it is there, and the next matching does it. Done again, it
finds nothing new to do.
"""

from datetime import date, datetime
from typing import Final

import polars as pl
from django.conf import settings
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.matching import PAYMENTS, Outcome, outcomes
from ceiba.core.payment_run import PaymentState
from ceiba.frames.postgres import copy_frame
from ceiba.ledger.models import BankAccount
from ceiba.ledger.services import accounts_beside, transfers_book
from ceiba.payments.selectors.runs import OUTCOMES
from ceiba.payments.services import payments_settle
from ceiba.reconciliation.models import Matching, OutcomeCount
from ceiba.reconciliation.selectors.matching import (
    entries_to_match,
    matched_until,
    newest_file,
    payments_to_match,
    stated_until,
)
from ceiba.reconciliation.services.books import bookings
from ceiba.reconciliation.services.closing import runs_close
from ceiba.reconciliation.services.expected import expected_match, moves_end
from ceiba.reconciliation.services.found import balance_check, items_store
from ceiba.reconciliation.services.one_by_one import bank_account_lock, next_number

# What an outcome makes of a payment that was ordered. Everything else leaves it ordered: nobody may pay it again.
_PAID: Final = (Outcome.PAID, Outcome.DUPLICATE, Outcome.WRONG_AMOUNT)
_COUNTED: Final = ["message", "run_id", "month", "area", "outcome"]


@transaction.atomic
def entries_match(*, bank_account: BankAccount, today: date, at: datetime, actor: User | None) -> Matching:
    """Match all that was said of the account since the last time, and all that is not done with.

    `today` decides which silence is too long. The books then say of the account what its bank says, to the cent.
    """
    bank_account_lock(bank_account)
    after, newest = matched_until(bank_account), newest_file(bank_account)
    accounts = accounts_beside(bank=bank_account)
    payments = payments_to_match(bank_account, after, settings.BANK_ANSWER_DAYS)
    found, items = outcomes(
        payments.select(PAYMENTS.names),
        entries_to_match(bank_account, after),
        today=today,
        stated_until=stated_until(bank_account),
    )
    decided = payments.join(found, on="end_to_end_id", how="inner")
    number = next_number(Matching)
    cause = f"bank matching {number}"
    settled = payments_settle(outcomes=_moves(decided), cause=cause, at=at)
    transfers_book(transfers=bookings(bank_account, decided, accounts, cause), cause=cause, at=at)
    _count(bank_account, decided)
    recognised = expected_match(bank_account, items)
    items_found, items_lost = items_store(bank_account, recognised, decided, accounts, cause, at)
    ended = moves_end(bank_account, at)
    ahead = expected_match(bank_account, items).ahead_minor if ended else recognised.ahead_minor
    balance_check(bank_account, ahead, at)
    matching = Matching.objects.create(
        pk=number,
        bank_account=bank_account,
        last_file=newest,
        payments=decided.height,
        settled=settled,
        items_found=items_found,
        items_gone=items_lost,
        at=at,
        by=actor,
    )
    runs_close(bank_account=bank_account, at=at)
    event_record(
        actor=actor,
        action="bank.matched",
        subject=f"bank account {bank_account.code}",
        detail={"payments": matching.payments, "settled": settled, "items_found": matching.items_found},
    )
    return matching


def _moves(decided: pl.DataFrame) -> pl.DataFrame:
    """The payments that come to another state (`payments.OUTCOMES`)."""
    outcome, state = pl.col("outcome"), pl.col("state")
    was_paid = state == PaymentState.PAID
    follows = (
        pl.when(outcome.is_in(_PAID) & (state == PaymentState.ORDERED))
        .then(pl.lit(PaymentState.PAID.value))
        .when((outcome == Outcome.RETURNED) & (was_paid | (state == PaymentState.ORDERED)))
        .then(pl.lit(PaymentState.RETURNED.value))
        # Paid with its batch, and rejected by itself afterwards: it was undone, as if it had come back.
        .when((outcome == Outcome.REJECTED) & was_paid)
        .then(pl.lit(PaymentState.RETURNED.value))
        .when((outcome == Outcome.REJECTED) & (state == PaymentState.ORDERED))
        .then(pl.lit(PaymentState.REJECTED.value))
    )
    return (
        decided.with_columns(state=follows, reason=pl.col("reason").str.slice(0, 35))
        .filter(pl.col("state").is_not_null())
        .select(OUTCOMES.names)
    )


def _count(bank: BankAccount, decided: pl.DataFrame) -> None:
    """Write down anew what the payments of each message came to, but for those cancelled and never paid."""
    never = (pl.col("state") == PaymentState.CANCELLED) & (pl.col("outcome") == Outcome.AWAITED)
    counts = (
        decided.filter(~never)
        .group_by(_COUNTED)
        .agg(pl.len().alias("payments"), pl.sum("amount_minor", "left_minor", "back_minor"))
        .rename({"area": "area_code"})
        .with_columns(bank_account_id=pl.lit(bank.pk, pl.Int64))
    )
    OutcomeCount.objects.filter(bank_account=bank, message__in=decided["message"].unique().to_list()).delete()
    copy_frame(counts, OutcomeCount._meta.db_table)
