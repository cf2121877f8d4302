"""What an audit pack of a month takes from determinations."""

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from ceiba.core.log_data import DETERMINATIONS
from ceiba.determinations.models import Seal
from ceiba.frames.postgres import read_frame

_COLUMNS: Final = (Path(__file__).parents[1] / "sql" / "logged.sql").read_text()
_OF_PEOPLE: Final = f"""
    {_COLUMNS} WHERE d.run_id = %(run)s AND d.month = %(month)s AND d.revision = 0
        AND d.participant_id = ANY(%(people)s)
    UNION ALL {_COLUMNS} WHERE d.run_id = %(run)s AND d.revision > 0 AND d.participant_id = ANY(%(people)s)
"""


class SealedMonth(NamedTuple):
    """A month that was sealed: the numbers of its seal and run, where its files are, until when evidence counted."""

    number: int
    run: int
    programme: str
    currency: str
    month: date
    folder: str
    cutoff: datetime


def seal_of(programme: str, month: date) -> SealedMonth | None:
    """The seal of a month; None when it is not sealed."""
    rows = Seal.objects.filter(run__programme=programme, run__month=month)
    found = rows.values_list(
        "pk", "run_id", "run__programme_id", "run__programme__currency", "run__month", "folder", "run__cutoff"
    ).first()
    return None if found is None else SealedMonth(*found)


def determinations_about(seal: SealedMonth, people: Collection[int]) -> pl.DataFrame:
    """What the run of a sealed month decided of these people, also of earlier months, as it is logged."""
    params = {"run": seal.run, "month": seal.month, "people": list(people)}
    return read_frame(_OF_PEOPLE, params, DETERMINATIONS)
