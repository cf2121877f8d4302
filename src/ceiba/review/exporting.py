"""What was decided of submissions, for those who analyse them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from ceiba.review.models import Review

LAST_DECISION: Final[LiteralString] = """
    (SELECT r.decision FROM review_review r WHERE r.submission_id = {submission} ORDER BY r.id DESC LIMIT 1)
"""
"""In SQL, the decision that holds of the submission with the number {submission}; null before there is one."""


@dataclass(frozen=True, slots=True)
class Said:
    """A decision with its reason, "" where none was needed."""

    decision: str
    reason: str
    by_id: int
    at: datetime


def said_of(submissions: Iterable[int], decisions: Sequence[str]) -> list[Said]:
    """What was decided of any of these submissions, as far as it is one of `decisions`; the latest first."""
    rows = Review.objects.filter(submission__in=list(submissions), decision__in=decisions).order_by("-pk")
    return [Said(each.decision, each.reason, each.by_id, each.at) for each in rows]
