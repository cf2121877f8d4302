"""Reads service records."""

from typing import LiteralString

import polars as pl

from ceiba.core.service_record import RECORD, SUMMARY
from ceiba.frames.postgres import read_frame


def records_of(programme: str) -> pl.DataFrame:
    """Everyone's record with its counts (`SUMMARY`, sorted by participant)."""
    query: LiteralString = (
        "SELECT participant_id, first_month, last_month, marks, months_decided, months_accepted,"
        " months_missed_running, break_months_longest"
        " FROM service_record_servicerecord WHERE programme_id = %(programme)s"
    )
    return read_frame(query, {"programme": programme}, SUMMARY).sort(RECORD.key)
