"""Writes payment lines."""

from datetime import date
from typing import IO, Final

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.payment_list import LINES
from ceiba.frames.postgres import analyze, copy_frame
from ceiba.frames.tabular.guard import guarded
from ceiba.payments.selectors import payment_list
from ceiba.rulebook.models import Programme

TABLE: Final = "payments_paymentline"


def payment_lines_store(*, run_id: int, programme: str, month: date, lines: pl.DataFrame) -> int:
    """Write the lines (`LINES`) of a month; returns how many.

    The database refuses the whole list, with IntegrityError, when a line is there already, does not follow from a
    determination, or would take someone above the cap.
    """
    frame = LINES.check(lines).select(
        pl.lit(programme).alias("programme_id"),
        pl.lit(month).alias("month"),
        pl.lit(run_id).alias("run_id"),
        *LINES.names,
    )
    written = copy_frame(frame, TABLE)
    analyze(TABLE)
    return written


def payment_list_write(*, programme: str, month: date, scope: Scope, out: IO[bytes]) -> int:
    """Write the list of a month within the scope to `out` as CSV, amounts as decimals; returns how many lines.

    Cells that a spreadsheet would take for formulas are guarded.
    """
    rows = payment_list(programme, month, scope)
    digits = MINOR_DIGITS[Programme.objects.get(pk=programme).currency]
    amount = pl.col("amount_minor").cast(pl.Decimal(20, 0)) / pl.lit(10**digits).cast(pl.Decimal(20, digits))
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    table = rows.with_columns(guarded(pl.col(texts)), amount.alias("amount")).drop("amount_minor")
    table.write_csv(out)
    return table.height
