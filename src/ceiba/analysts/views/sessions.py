"""Signing in and out with tools, and who one is."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from ceiba.accounts.permissions import SignedRequest
from ceiba.analysts.access import open_to_all, require_analyst
from ceiba.analysts.credentials import checked, session_of
from ceiba.analysts.problems import (
    may_not,
    missing_parameters,
    not_found,
    read_only,
    too_often,
    unparseable,
)
from ceiba.analysts.selectors import session_by_token
from ceiba.analysts.services import session_end, session_open
from ceiba.analysts.shapes import moment, session_shape, user_shape
from ceiba.devices.limits import failed, is_barred


@open_to_all
def sessions(request: HttpRequest) -> HttpResponse:
    """Open a session: {email, password} -> a token for a day. The username will do for the e-mail address."""
    if request.method != "POST":
        raise read_only(request.method or "")
    if is_barred(request):
        raise too_often()
    try:
        said = json.loads(request.body)
    except ValueError:
        raise unparseable(len(request.body)) from None
    name, password = (said.get(key) if isinstance(said, dict) else None for key in ("email", "password"))
    if not (isinstance(name, str) and isinstance(password, str) and name and password):
        raise missing_parameters("email", "password")
    try:
        user = checked(request, name, password)
    except Exception:
        failed(request)
        raise
    return JsonResponse(session_shape(session_open(user=user, now=timezone.now())))


@require_analyst(None, methods=("GET", "HEAD", "DELETE"))
def current_session(request: SignedRequest) -> HttpResponse:
    """The session that asks: told, or ended."""
    session = session_of(request)
    if session is None:
        raise not_found()
    if request.method == "DELETE":
        session_end(session=session)
        return JsonResponse({"success": True})
    return JsonResponse({"createdAt": moment(session.made_at), "expiresAt": moment(session.expires_at)})


@require_analyst(None, methods=("DELETE",))
def one_session(request: SignedRequest, token: str) -> HttpResponse:
    """End a session of one's own; whether there are others' is not told."""
    session = session_by_token(token, timezone.now())
    if session is None or session.user_id != request.user.pk:
        raise may_not()
    session_end(session=session)
    return JsonResponse({"success": True})


@require_analyst(None)
def current_user(request: SignedRequest) -> HttpResponse:
    """Who one is."""
    return JsonResponse(user_shape(request.user))


@open_to_all
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What is not here: a way of writing is refused as such, and any other address is not found."""
    if request.method not in ("GET", "HEAD"):
        raise read_only(request.method or "")
    raise not_found()
