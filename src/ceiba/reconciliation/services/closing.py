"""Closes the runs that the bank is done with: nobody has to remember to, and nobody can before."""

from datetime import datetime
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame
from ceiba.ledger.models import BankAccount
from ceiba.payments.services import run_close
from ceiba.reconciliation.selectors.matching import SQL

_DONE_SQL: Final = (SQL / "runs_done.sql").read_text()
_DONE: Final = FrameSchema("runs to close", (Column("id", pl.Int64),), key=("id",))


def runs_close(*, bank_account: BankAccount, at: datetime) -> int:
    """Close the runs of an account whose payments all have their answer and of which nothing is open; how many.

    Asked after a matching and after a person has explained or closed an item. What the bank brings back later is
    matched as before; the run stays closed.
    """
    done = read_frame(_DONE_SQL, {"account": bank_account.pk}, _DONE)["id"].to_list()
    for run in done:
        run_close(run_id=run, at=at)
    return len(done)
