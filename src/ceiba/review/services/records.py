"""Writes flags and reviews down as evidence (kinds `flag` and `review`), so that a rule may name them.

What they are about is the submission by the name it was first sent with: an edit takes the place of what it edits.
They speak of the month of the submission, and are received now: a decided month is not changed by them, but decided
again, as for all that comes late.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.kernel.month import Month
from ceiba.evidence.beside import records_beside
from ceiba.review.models import Flag, InTray, Review

_KEY_MAX: Final = 120


def flag_records_write(*, flags: Iterable[int], now: datetime) -> int:
    """Write down these flags: that each is raised, and of a dismissed one that it does not hold. How many are new."""
    rows = []
    found = Flag.objects.filter(pk__in=list(flags)).select_related("submission")
    trays = _trays(flag.submission_id for flag in found)
    for flag in found:
        if (head := trays.get(flag.submission_id)) is None:
            continue
        raised = _key(flag.flag, flag.submission.instance_id)
        said = head | {"flag": flag.flag, "reporter": "ceiba"}
        rows.append(said | {"key": raised, "holds": True})
        if flag.dismissed_at is not None:
            rows.append(said | {"key": f"{raised}/dismissed", "corrects": raised, "holds": False})
    return _write("flag", rows, now)


def review_record_write(*, review: Review, now: datetime) -> int:
    """Write down a decision. 0 when the submission is of nobody in the register."""
    head = _trays([review.submission_id]).get(review.submission_id)
    if head is None:
        return 0
    said = {"key": f"review/{review.pk}", "reporter": f"user:{review.by_id}", "decision": review.decision}
    return _write("review", [head | said], now)


def _trays(submissions: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The head of a record about each submission that is of a person: whom and what it is about, which month."""
    rows = InTray.objects.filter(pk__in=list(submissions), participant__isnull=False).select_related(
        "participant"
    )
    heads = {}
    for tray in rows:
        seen = min(tray.observed_at or tray.received_at, tray.received_at)
        heads[tray.pk] = {
            "submission_id": tray.pk,
            "participant": tray.participant.code if tray.participant else None,
            "month": tray.month or Month.of(seen.date()).first_day,
            "observed_at": seen,
            "area": tray.area_code or None,
            "subject": tray.family,
        }
    return heads


def _write(kind: str, rows: list[dict[str, Any]], now: datetime) -> int:
    if not rows:
        return 0
    columns = KINDS[kind].schema
    filled = [dict.fromkeys(columns.names) | {"received_at": now} | row for row in rows]
    schema = {"submission_id": pl.Int64, **columns.dtypes}
    # A correction is checked against what is there: what it corrects goes first.
    frame = pl.DataFrame(filled, schema=schema)
    first, then = frame.filter(pl.col("corrects").is_null()), frame.filter(pl.col("corrects").is_not_null())
    return sum(records_beside(kind=kind, rows=part, now=now) for part in (first, then) if part.height)


def _key(flag: str, instance_id: str) -> str:
    """`outside_plot/uuid:…`; of a name too long for a key its hash, so that edits have keys of their own."""
    key = f"{flag}/{instance_id}"
    if len(key) + len("/dismissed") <= _KEY_MAX:
        return key
    return f"{flag}/{hashlib.sha256(instance_id.encode()).hexdigest()}"
