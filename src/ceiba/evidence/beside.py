"""Evidence that is written while submissions are looked at: flags and reviews, each about one of them."""

from datetime import datetime

import polars as pl
from django.db import transaction

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS
from ceiba.evidence.intake import cells_read, checked
from ceiba.evidence.services import LOCK, as_written, records_write
from ceiba.frames.postgres import execute


def records_beside(*, kind: str, rows: pl.DataFrame, now: datetime) -> int:
    """Append records about submissions; how many are new.

    `rows` has submission_id (Int64) and the columns of `KINDS[kind].columns`. All are received `now`: a month that
    was decided is not changed by them. A record that is there already is left as it is; so is out one that cannot
    be evidence (of nobody in the register, or of a month that is too far away): it stays a flag, or a review.
    """
    about = KINDS[kind]
    cells = rows.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    typed, problems = cells_read(about, cells.drop("submission_id"), now)
    with transaction.atomic():
        execute(LOCK)
        found = checked(about, typed, problems, now, as_stated=False)
        good = found.new.join(found.problems.select(ROW).unique(), on=ROW, how="anti")
        new = good.join(cells.select(ROW, "submission_id"), on=ROW)
        if new.height:
            records_write(as_written(about, new, pl.col("submission_id")))
    return new.height
