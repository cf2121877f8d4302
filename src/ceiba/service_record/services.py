"""Keeps service records in step with determinations."""

from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.month import Month
from ceiba.core.service_record import RECORD, SUMMARY, record_extended
from ceiba.frames.postgres import copy_frame, execute
from ceiba.service_record.selectors import records_of

TABLE: Final = "service_record_servicerecord"
_REPLACE: Final[LiteralString] = """
    UPDATE service_record_servicerecord r SET
        first_month = n.first_month, last_month = n.last_month, marks = n.marks,
        months_decided = n.months_decided, months_accepted = n.months_accepted,
        months_missed_running = n.months_missed_running, break_months_longest = n.break_months_longest
    FROM record_new n WHERE r.programme_id = %(programme)s AND r.participant_id = n.participant_id
"""


def records_extend(*, programme: str, month: Month, decided: pl.DataFrame) -> int:
    """Add what the run of `month` decided, of it and of earlier months (`DECIDED`), to the records it touches.

    Returns how many people. In the caller's transaction.
    """
    known = records_of(programme, RECORD)
    touched = known.join(decided.select("participant_id").unique(), on="participant_id", how="semi")
    records = SUMMARY.check(record_extended(touched, decided, month))
    before = touched.select("participant_id")
    new = records.join(before, on="participant_id", how="anti")
    copy_frame(new.select(pl.lit(programme).alias("programme_id"), *SUMMARY.names), TABLE)
    _replace(programme, records.join(before, on="participant_id", how="semi"))
    return records.height


def _replace(programme: str, records: pl.DataFrame) -> None:
    execute("DROP TABLE IF EXISTS record_new")
    execute("CREATE TEMP TABLE record_new (LIKE service_record_servicerecord) ON COMMIT DROP")
    execute("ALTER TABLE record_new DROP COLUMN programme_id")
    copy_frame(records, "record_new")
    execute(_REPLACE, {"programme": programme})
