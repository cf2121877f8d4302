"""Opens and ends sessions of analysts' tools, and numbers programmes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.analysts.models import Project, Session
from ceiba.analysts.selectors import token_hash
from ceiba.audit.services import event_record
from ceiba.rulebook.selectors import programmes

LIFE: Final = timedelta(hours=24)
_TOKEN_BYTES: Final = 48


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session and its token, which is told once and cannot be read again."""

    session: Session
    token: str


@transaction.atomic
def session_open(*, user: User, now: datetime) -> Opened:
    """Open a session of `user`, and forget those that have run out."""
    Session.objects.filter(user=user, expires_at__lte=now).delete()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session = Session.objects.create(
        user=user,
        token_sha256=token_hash(token),
        password_mark=user.get_session_auth_hash(),
        made_at=now,
        expires_at=now + LIFE,
    )
    event_record(actor=user, action="analyst.signed_in", subject=f"user:{user.pk}")
    return Opened(session, token)


@transaction.atomic
def session_end(*, session: Session) -> None:
    """End a session: its token is worth nothing from now on."""
    event_record(actor=session.user, action="analyst.signed_out", subject=f"user:{session.user_id}")
    session.delete()


def projects_number() -> None:
    """Give the programmes that have none their numbers, which they keep."""
    known = set(Project.objects.values_list("programme_id", flat=True))
    new = [Project(programme=each) for each in programmes() if each.code not in known]
    if new:
        Project.objects.bulk_create(new, ignore_conflicts=True)


def export_note(*, user: User, form: str) -> None:
    """Write down that a user takes away all submissions of a form that they reach."""
    event_record(actor=user, action="evidence.exported", subject=f"form:{form}")
