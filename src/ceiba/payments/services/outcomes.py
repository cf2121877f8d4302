"""What the bank's answers make of payments: paid, rejected, returned; and of the transfers that waited for them."""

from datetime import datetime

import polars as pl
from django.db import transaction

from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import TRANSFERS, TransferKind
from ceiba.core.payment_run import PaymentState
from ceiba.frames.postgres import execute, read_frame, temp_frame
from ceiba.ledger.services import transfers_book, transfers_settle_found
from ceiba.payments.selectors.runs import OUTCOMES, POSTED_SQL, SETTLED_SQL


@transaction.atomic
def payments_settle(*, outcomes: pl.DataFrame, cause: str, at: datetime) -> int:
    """Bring payments to the states (`OUTCOMES`) that the bank's entries say; those that are there stay as they are.

    Ordered and then returned is paid first, so that the books show both. Returns how many changed.
    Raises IntegrityError for what may never be: a rejected payment that is paid, one that was not sent.
    """
    rows = OUTCOMES.check(outcomes)
    temp_frame("payment_outcomes", OUTCOMES, rows)
    transfers_settle_found(query=SETTLED_SQL, params={}, cause=cause, at=at)
    changed = _moved((PaymentState.PAID, PaymentState.REJECTED), at)
    execute(
        "UPDATE payments_payment p SET state = 'paid', state_at = %(at)s FROM payment_outcomes o"
        " WHERE p.id = o.payment_id::uuid AND o.state = 'returned' AND p.state = 'ordered'",
        {"at": at},
    )
    if rows.filter(pl.col("state") == PaymentState.RETURNED.value).height:
        transfers_book(transfers=_returned(), cause=cause, at=at)
        changed += _moved((PaymentState.RETURNED,), at)
    return changed


def _moved(states: tuple[PaymentState, ...], at: datetime) -> int:
    return execute(
        "UPDATE payments_payment p SET state = o.state, reason = coalesce(o.reason, ''), state_at = %(at)s"
        " FROM payment_outcomes o"
        " WHERE p.id = o.payment_id::uuid AND o.state = ANY (%(states)s) AND p.state <> o.state",
        {"at": at, "states": [state.value for state in states]},
    )


def _returned() -> pl.DataFrame:
    """What undoes the posted transfers of payments that came back (`TRANSFERS`)."""
    posted = read_frame(POSTED_SQL, {}, TRANSFERS)
    return TRANSFERS.check(
        posted.with_columns(
            id=row_ids("returned", posted["id"]),
            kind=pl.lit(TransferKind.RETURNED.value),
            debit_id="credit_id",
            credit_id="debit_id",
            pending=pl.lit(value=False),
        )
    )
