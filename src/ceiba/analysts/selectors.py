"""Reads sessions, and programmes by their numbers."""

import hashlib
from datetime import datetime

from ceiba.accounts.models import User
from ceiba.analysts.models import Project, Session


def token_hash(token: str) -> bytes:
    """What is kept of a token. Nobody chooses one, so a plain hash keeps it as well as a slow one would."""
    return hashlib.sha256(token.encode()).digest()


def session_by_token(token: str, now: datetime) -> Session | None:
    """The session of that token, unless it has run out, its user may not sign in or has changed the password."""
    rows = Session.objects.select_related("user")
    found = rows.filter(token_sha256=token_hash(token), expires_at__gt=now, user__is_active=True).first()
    if found is None or found.password_mark != found.user.get_session_auth_hash():
        return None
    return found


def username_of(name: str) -> str:
    """The username of whoever signs in as `name`, which may be an e-mail address; `name` itself when nobody does."""
    if User.objects.filter(username=name).exists():
        return name
    by_address = list(User.objects.filter(email__iexact=name).values_list("username", flat=True)[:2])
    return by_address[0] if name and len(by_address) == 1 else name


def project(number: int) -> Project | None:
    """The programme with that number."""
    return Project.objects.select_related("programme").filter(pk=number).first()


def projects() -> list[Project]:
    """Every programme that has a number, by it."""
    return list(Project.objects.select_related("programme").order_by("pk"))
