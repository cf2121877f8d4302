"""Everything that was decided and sealed, as the transparency log takes it."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.log_data import DETERMINATIONS, SEALS, determination_rows
from ceiba.determinations.models import Determination
from ceiba.frames.postgres import read_frame

_SQL: Final = Path(__file__).parents[1] / "sql"
_COLUMNS: Final = (_SQL / "logged.sql").read_text()
_OF_RUN: Final = f"""
    {_COLUMNS} WHERE d.run_id = %(run)s AND d.programme_id = %(programme)s AND d.month = %(month)s AND d.revision = 0
    UNION ALL {_COLUMNS} WHERE d.run_id = %(run)s AND d.revision > 0
"""
_OF_MONTH: Final = f"{_COLUMNS} WHERE d.month = %(month)s AND d.run_id <> ALL(%(without)s)"
_ONE: Final = f"""
    {_COLUMNS} WHERE d.month = %(month)s AND d.participant_id = %(participant)s AND d.revision = %(revision)s
        AND d.programme_id = %(programme)s
"""
_MONTHS: Final = FrameSchema("months", (Column("month", pl.Date),), ("month",))


def determinations_of(run: int, programme: str, month: date) -> pl.DataFrame:
    """What the run of a month of a programme decided, of its own month and of earlier ones (`LOGGED`, unsorted)."""
    return _read(_OF_RUN, {"run": run, "programme": programme, "month": month})


def first_of(run: int, programme: str, month: date) -> Determination | None:
    """One determination of a run, always the same; None when it decided nothing."""
    decided = Determination.objects.filter(run=run, programme=programme)
    own = decided.filter(month=month, revision=0).order_by("participant_id").first()
    return own or decided.filter(revision__gt=0).order_by("month", "participant_id", "revision").first()


def determinations_in(month: date, without: Collection[int]) -> pl.DataFrame:
    """Everything decided of a month (`LOGGED`, unsorted), but for what the runs `without` decided."""
    return _read(_OF_MONTH, {"month": month, "without": list(without)})


def determination_of(month: date, participant: int, revision: int, programme: str) -> pl.DataFrame:
    """One determination (`LOGGED`), or none."""
    params = {"month": month, "participant": participant, "revision": revision, "programme": programme}
    return _read(_ONE, params)


def months_decided() -> list[date]:
    """Every month of which something was decided, the first first."""
    query = "SELECT DISTINCT month FROM determinations_determination ORDER BY month"
    return read_frame(query, {}, _MONTHS)["month"].to_list()


def seals_all() -> pl.DataFrame:
    """Every sealed month (`SEALS`)."""
    query = (
        "SELECT s.id, r.programme_id AS programme, r.month, s.digests::text AS digests"
        " FROM determinations_seal s JOIN runs_run r ON r.id = s.run_id"
    )
    return read_frame(query, {}, SEALS)


def _read(query: str, params: dict[str, object]) -> pl.DataFrame:
    return read_frame(query, params, DETERMINATIONS, determination_rows)
