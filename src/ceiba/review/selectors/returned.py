"""What was returned to somebody, with the reasons: ODK Collect cannot be pushed to, so it is told where it asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from ceiba.review.models import InTray, Review

ROWS_MAX: Final = 200
REASON_MAX: Final = 120
_NOTE: Final = {
    "es": "Le devolvieron {n}; lo más reciente: {who}: «{why}». Vea Devueltos en el sitio.",
    "en": 'Returned to you: {n}; the latest: {who}: "{why}". See Returned to you on the site.',
}


@dataclass(frozen=True, slots=True)
class Returned:
    """A submission that its sender is to correct: by its number and first instanceID, and why.

    `person` is the code of whom it is about, `name` theirs; both empty where it is of nobody in the register.
    """

    submission: int
    instance_id: str
    form_code: str
    person: str
    name: str
    received_at: datetime
    reason: str
    at: datetime


def returned_for(user: int, most: int = ROWS_MAX) -> list[Returned]:
    """What was returned to the user of that number and not sent again since, the latest submission first."""
    rows = list(returned_to(user).select_related("participant")[:most])
    reviews = Review.objects.filter(submission__in=[row.pk for row in rows], decision="returned")
    last = {review.submission_id: review for review in reviews.order_by("pk")}
    return [
        Returned(
            submission=row.pk,
            instance_id=row.family,
            form_code=row.form_code,
            person=row.participant.code if row.participant else "",
            name=f"{row.participant.given_names} {row.participant.family_names}" if row.participant else "",
            received_at=row.received_at,
            reason=last[row.pk].reason,
            at=last[row.pk].at,
        )
        for row in rows
        if row.pk in last
    ]


def returned_note(user: int, language: str) -> str:
    """A sentence for the answer to the user's next submission; "" where nothing is returned. One look at an index."""
    number = returned_to(user).count()
    if not number:
        return ""
    latest = returned_for(user, 1)[0]
    return _NOTE[language].format(
        n=number, who=latest.person or latest.form_code, why=latest.reason[:REASON_MAX]
    )


def returned_to(user: int) -> QuerySet[InTray]:
    """The rows of the tray behind it."""
    return InTray.objects.filter(user_id=user, decision="returned", is_replaced=False).order_by("-pk")
