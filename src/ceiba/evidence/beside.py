"""Evidence that is written while submissions are looked at: flags and reviews, each about one of them."""

from datetime import datetime
from typing import Final

import polars as pl
from django.db import transaction

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS
from ceiba.evidence.intake import cells_read, checked
from ceiba.frames.postgres import copy_frame, execute

_TABLE: Final = "evidence_evidence"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba evidence'))"


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
        execute(_LOCK)
        found = checked(about, typed, problems, now, as_stated=False)
        good = found.new.join(found.problems.select(ROW).unique(), on=ROW, how="anti")
        records = good.join(cells.select(ROW, "submission_id"), on=ROW).select(
            "submission_id",
            pl.lit(kind).alias("kind"),
            "key",
            "participant_id",
            pl.col("area").fill_null("").alias("area_code"),
            "month",
            "observed_at",
            "received_at",
            pl.col("reporter", "corrects").fill_null(""),
            "body",
            "sha256",
        )
        if records.height:
            copy_frame(records, _TABLE)
    return records.height
