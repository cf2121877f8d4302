"""Who asks: by the token of a session, or by Basic where the connection is encrypted.

A password is hashed slowly, on purpose, and Power BI sends it with each of its hundreds of requests. One that was
right is known again for a few minutes by a keyed hash of it, with the user's present password; failures are counted
for each address, and by django-axes for each name.
"""

import base64
import binascii
import hmac
from typing import Final

from django.conf import settings
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.analysts.models import Session
from ceiba.analysts.problems import ApiProblem, https_only, not_authenticated, too_often
from ceiba.analysts.selectors import session_by_token, username_of
from ceiba.devices.limits import failed, is_barred
from ceiba.web.counted import counted

KNOWN_SECONDS: Final = 300
REQUESTS_MAX: Final = 3_000  # of a user within WINDOW_SECONDS: ten a second, all the time
WINDOW_SECONDS: Final = 300


def user_of(request: HttpRequest) -> User:
    """The user that a request comes from. Raises ApiProblem: 401, or 429 for too many failures or requests."""
    if is_barred(request):
        raise too_often()
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    try:
        user = _known(request, scheme.lower(), rest.strip())
    except ApiProblem:
        if scheme:
            failed(request)
        raise
    _counted(user)
    return user


def session_of(request: HttpRequest) -> Session | None:
    """The session whose token a request brings."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return session_by_token(token.strip(), timezone.now()) if scheme.lower() == "bearer" else None


def checked(request: HttpRequest, name: str, password: str) -> User:
    """The user with that name, or e-mail address, and password. Raises ApiProblem (401, 429)."""
    user = authenticate(request, username=username_of(name), password=password)
    if getattr(request, "axes_locked_out", False):
        raise too_often()
    if not isinstance(user, User):
        raise not_authenticated()
    return user


def _known(request: HttpRequest, scheme: str, rest: str) -> User:
    if scheme == "bearer":
        session = session_by_token(rest, timezone.now())
        if session is None:
            raise not_authenticated()
        return session.user
    if scheme == "basic":
        if not request.is_secure():
            raise https_only()
        return _by_basic(request, rest)
    raise not_authenticated()


def _by_basic(request: HttpRequest, credentials: str) -> User:
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise not_authenticated() from None
    key = "analysts-basic:" + _keyed(f"{name}\0{password}")
    pk, mark = cache.get(key, (None, ""))
    user = User.objects.filter(pk=pk, is_active=True).first() if pk else None
    if user is not None and hmac.compare_digest(user.get_session_auth_hash(), mark):
        return user
    user = checked(request, name, password)
    cache.set(key, (user.pk, user.get_session_auth_hash()), KNOWN_SECONDS)
    return user


def _keyed(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"analysts {text}".encode(), "sha256").hexdigest()


def _counted(user: User) -> None:
    """Count a request. Raises ApiProblem (429) when there were too many."""
    if counted("analysts-requests", user.pk, WINDOW_SECONDS) > REQUESTS_MAX:
        raise too_often()
