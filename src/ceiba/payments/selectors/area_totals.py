"""What became of a month's lines of some people, added up: for the audit pack of an area."""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
from django.db import transaction

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame, temp_frame

_SQL: Final = (Path(__file__).parents[1] / "sql" / "area_totals.sql").read_text()
_PEOPLE: Final = FrameSchema("pack_people", (Column("participant_id", pl.Int64),))
AREA_TOTALS: Final = FrameSchema(
    "lines by payment run, state and component",
    (
        Column("run", pl.String, True, "number of the payment run; null: no run has taken them"),
        Column("state", pl.String, meaning="of the payment; saved: into savings; no_run: in none"),
        Column("component", pl.String),
        Column("lines", pl.Int64),
        Column("people", pl.Int64),
        Column("amount_minor", pl.Int64),
    ),
    ("run", "state", "component"),
)


def area_totals(programme: str, month: date, people: pl.Series) -> pl.DataFrame:
    """`AREA_TOTALS` of the lines of a month's list that are of these people (Int64), in the order of the key."""
    with transaction.atomic():
        temp_frame("pack_people", _PEOPLE, people.alias("participant_id").to_frame())
        return read_frame(_SQL, {"programme": programme, "month": month}, AREA_TOTALS).sort(AREA_TOTALS.key)
