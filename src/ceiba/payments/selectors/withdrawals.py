"""Withdrawals of savings as payments see them: which of them nothing pays yet, and what came of the others."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.payment_run import UNCLAIMED, WITHDRAWN
from ceiba.frames.postgres import read_frame, temp_frame
from ceiba.payments.models import Claim

DUE: Final = FrameSchema(
    "withdrawals of a month",
    (Column("participant_id", pl.Int64), Column("amount_minor", pl.Int64, meaning="> 0")),
    key=("participant_id",),
)
_WITHDRAWABLE_SQL: Final = (Path(__file__).parents[1] / "sql" / "withdrawable.sql").read_text()


def unpaid_withdrawals(
    programme: str, month: date, areas: Collection[str], due: pl.DataFrame
) -> pl.DataFrame:
    """Those of the withdrawals `due` (`DUE`) of a month that nothing live pays (`UNCLAIMED`). In a transaction."""
    temp_frame("withdrawals_due", DUE, DUE.check(due))
    prefixes = "^(" + "|".join(areas) + ")" if areas else "^$"
    params = {"programme": programme, "month": month, "areas": prefixes, "component": WITHDRAWN}
    return read_frame(_WITHDRAWABLE_SQL, params, UNCLAIMED).sort(UNCLAIMED.key)


def withdrawal_payments(
    programme: str, people: Collection[int]
) -> dict[tuple[int, date], tuple[str, int, bool]]:
    """The last payment of each withdrawal, by participant and month: its state, its run, whether it is live."""
    claims = (
        Claim.objects.filter(programme=programme, participant__in=people, component=WITHDRAWN)
        .order_by("attempt")
        .values_list("participant_id", "month", "payment__state", "run_id", "live")
    )
    return {(person, month): (state, run, live) for person, month, state, run, live in claims}
