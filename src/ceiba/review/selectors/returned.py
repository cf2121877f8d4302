"""What was returned to somebody, with the reasons: ODK Collect cannot be pushed to, so it is told where it asks."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.review.models import InTray, Review

ROWS_MAX: Final = 200
REASON_MAX: Final = 120
NOTE_SECONDS: Final = 60
COLUMNS: Final = ("name", "label", "form", "person", "reason", "at")
_NOTE: Final = {
    "es": "Le devolvieron {n}; lo más reciente: {who}: «{why}». Vea Devueltos en el sitio.",
    "en": 'Returned to you: {n}; the latest: {who}: "{why}". See Returned to you on the site.',
}
_LATEST: Final = (Path(__file__).parents[1] / "sql" / "returned.sql").read_text()


@dataclass(frozen=True, slots=True)
class Returned:
    """A submission that its sender is to correct: by its number and instanceID, and why.

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
    named = returned_to(user).annotate(instance_id=F("submission__instance_id"))
    rows = list(named.select_related("participant")[:most])
    reviews = Review.objects.filter(submission__in=[row.pk for row in rows], decision="returned")
    last = {review.submission_id: review for review in reviews.order_by("pk")}
    return [
        Returned(
            submission=row.pk,
            instance_id=row.instance_id,
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


def returned_csv(user: User) -> bytes:
    """The same as a list that forms can show, `COLUMNS` as ODK's lists have them; empty for who sends nothing."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for row in returned_for(user.pk) if may(user, Action.VIEW_SUBMISSIONS) else ():
        label = f"{row.form_code} · {row.name or row.person}".removesuffix(" · ")
        at = row.at.date().isoformat()
        sheet.writerow([row.instance_id, label, row.form_code, row.person, row.reason, at])
    return out.getvalue().encode()


def returned_note(user: int, language: str, now: datetime) -> str:
    """A sentence for the answer to the user's next submission; "" where nothing is returned.

    As it stood within the last minute: of everybody at once, so that hundreds of answers a second cost a look into a
    mapping, and a query a minute.
    """
    found = latest_returned(int(now.timestamp()) // NOTE_SECONDS).get(user)
    if found is None:
        return ""
    number, who, why = found
    return _NOTE[language].format(n=number, who=who, why=why)


def returned_to(user: int) -> QuerySet[InTray]:
    """The rows of the tray behind it."""
    return InTray.objects.filter(user_id=user, decision="returned", is_replaced=False).order_by("-pk")


@lru_cache(maxsize=1)
def latest_returned(_minute: int) -> Mapping[int, tuple[int, str, str]]:
    """By user: how many were returned, whom the latest is of, and the first `REASON_MAX` letters of why."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST)
        return {user: (number, who, (why or "")[:REASON_MAX]) for user, number, who, why in cursor.fetchall()}
