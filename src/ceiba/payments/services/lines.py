"""Writes the lines of a month."""

from datetime import date
from typing import Final

import polars as pl

from ceiba.core.payment_list import LINES
from ceiba.frames.postgres import analyze, copy_frame

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
    analyze(TABLE, "programme_id", "month", "for_month", "participant_id")
    return written
