"""Reads service records."""

from typing import LiteralString

import polars as pl

from ceiba.core.service_record import DECIDED, RECORD, SUMMARY
from ceiba.frames.postgres import read_frame


def records_of(programme: str) -> pl.DataFrame:
    """Everyone's record with its counts (`SUMMARY`, sorted by participant)."""
    query: LiteralString = (
        "SELECT participant_id, first_month, last_month, marks, months_decided, months_accepted,"
        " months_missed_running, break_months_longest"
        " FROM service_record_servicerecord WHERE programme_id = %(programme)s"
    )
    return read_frame(query, {"programme": programme}, SUMMARY).sort(RECORD.key)


def decided_in(run_id: int) -> pl.DataFrame:
    """What a run decided, of its own month and of earlier ones (`DECIDED`)."""
    query: LiteralString = (
        "SELECT d.participant_id, d.month, d.outcome FROM determinations_determination d"
        " JOIN runs_run r ON r.id = %(run)s"
        " WHERE d.programme_id = r.programme_id AND d.month = r.month AND d.revision = 0"
        " UNION ALL SELECT participant_id, month, outcome FROM determinations_determination"
        " WHERE run_id = %(run)s AND revision > 0"
    )
    return read_frame(query, {"run": run_id}, DECIDED)
