"""Writes how submissions stand, a batch at a time."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, LiteralString

import polars as pl

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import execute, temp_frame
from ceiba.submissions.models import Standing, State

_SETTLE: Final = (Path(__file__).parent / "sql" / "settle.sql").read_text()
_UTC: Final = pl.Datetime("us", "UTC")

STANDINGS: Final = FrameSchema(
    "standings",
    (
        Column("submission_id", pl.Int64),
        Column("state", pl.String),
        Column("root_id", pl.Int64),
        Column("problems", pl.String, meaning="JSON: [{code, place, values}]"),
        Column(
            "waits_for",
            pl.String,
            meaning="code of the participant who is to be enrolled first; empty: nobody",
        ),
        Column("participant_id", pl.Int64, True),
        Column("area", pl.String, True),
        Column("group", pl.String, True),
        Column("plot", pl.String, True),
        Column("month", pl.Date, True),
        Column("observed_at", _UTC, True),
        Column("stated_at", _UTC, True, "by the phone's clock"),
        Column("clock", pl.String, True, "whose clock decided"),
        Column("lon", pl.Float64, True, "degrees"),
        Column("lat", pl.Float64, True, "degrees"),
        Column("accuracy_m", pl.Float64, True, "m"),
        Column(
            "outside", pl.String, True, "PostgreSQL array: numbers of people whom the sender did not reach"
        ),
    ),
    key=("submission_id",),
)
_AGAIN: Final[LiteralString] = """
    UPDATE submissions_standing SET state = 'received'
    WHERE submission_id = ANY(%(ids)s) AND state IN ('quarantined', 'set_aside', 'waiting')
"""


def standings_set(*, standings: pl.DataFrame, now: datetime) -> None:
    """Write `standings` (`STANDINGS`). In the caller's transaction, which holds the rows' locks (`open_batch`)."""
    temp_frame("standings_new", STANDINGS, STANDINGS.check(standings))
    execute(_SETTLE, {"now": now})


def submissions_replaced(*, ids: Iterable[int]) -> None:
    """Quarantined submissions that an edit has taken the place of are set aside: there is nothing left to decide."""
    if numbers := list(ids):
        Standing.objects.filter(submission_id__in=numbers, state=State.QUARANTINED).update(
            state=State.SET_ASIDE
        )


def submissions_retake(*, ids: Iterable[int], actor: User | None) -> int:
    """Have submissions that were quarantined, set aside or waiting looked at again; returns how many."""
    numbers = sorted(ids)
    done = execute(_AGAIN, {"ids": numbers})
    for number in numbers:
        event_record(actor=actor, action="submission.retaken", subject=f"submission:{number}")
    return done


def submission_set_aside(*, pk: int, reason: str, actor: User | None) -> bool:
    """Decide that a quarantined submission becomes no evidence; False when it was not in quarantine any more."""
    done = Standing.objects.filter(submission_id=pk, state__in=(State.QUARANTINED, State.WAITING)).update(
        state=State.SET_ASIDE
    )
    if done:
        event_record(
            actor=actor, action="submission.set_aside", subject=f"submission:{pk}", detail={"reason": reason}
        )
    return bool(done)
