"""Keeps service records in step with determinations."""

from typing import LiteralString

import polars as pl

from ceiba.core.kernel.month import Month
from ceiba.core.service_record import RECORD, SUMMARY, record_extended
from ceiba.frames.postgres import copy_frame, execute
from ceiba.service_record.selectors import decided_in, records_of

_MERGE: LiteralString = """
    INSERT INTO service_record_servicerecord AS r
        (programme_id, participant_id, first_month, last_month, marks,
         months_decided, months_accepted, months_missed_running, break_months_longest)
    SELECT %(programme)s, participant_id, first_month, last_month, marks,
        months_decided, months_accepted, months_missed_running, break_months_longest
    FROM record_new
    ON CONFLICT (programme_id, participant_id) DO UPDATE SET
        first_month = excluded.first_month, last_month = excluded.last_month, marks = excluded.marks,
        months_decided = excluded.months_decided, months_accepted = excluded.months_accepted,
        months_missed_running = excluded.months_missed_running,
        break_months_longest = excluded.break_months_longest
"""


def records_extend(*, run_id: int, programme: str, month: Month) -> int:
    """Add what a run decided to the records it touches; returns how many people. In the caller's transaction."""
    decided = decided_in(run_id)
    known = records_of(programme).select(RECORD.names)
    touched = known.join(decided.select("participant_id").unique(), on="participant_id", how="semi")
    return _store(programme, record_extended(touched, decided, month))


def _store(programme: str, records: pl.DataFrame) -> int:
    execute("CREATE TEMP TABLE record_new (LIKE service_record_servicerecord) ON COMMIT DROP")
    execute("ALTER TABLE record_new DROP COLUMN programme_id")
    copy_frame(SUMMARY.check(records), "record_new")
    return execute(_MERGE, {"programme": programme})
