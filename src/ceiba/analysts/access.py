"""Declaring what a view of this API needs, and answering everything that goes wrong in its shape."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from ceiba.accounts.permissions import SIGNED_IN, Action, SignedRequest, may, public
from ceiba.accounts.selectors import scope_of
from ceiba.analysts.credentials import user_of
from ceiba.analysts.problems import ApiProblem, may_not, read_only, unknown, unparseable

P = ParamSpec("P")
Answered = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_LOG: Final = logging.getLogger(__name__)
_READS: Final = ("GET", "HEAD")


def require_analyst(
    action: Action | None, *, methods: tuple[str, ...] = _READS
) -> Callable[[Callable[Concatenate[SignedRequest, P], HttpResponseBase]], Answered[P]]:
    """Declare that a view needs somebody known by a token or by Basic, whose role includes `action`.

    No cookie is looked at, so no other site can ask in somebody's name. The view finds `request.scope`; other methods
    than `methods` are refused, whoever asks.
    """

    def declare(view: Callable[Concatenate[SignedRequest, P], HttpResponseBase]) -> Answered[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            signed = cast(SignedRequest, request)
            signed.user = user_of(request)
            if request.method not in methods:
                raise read_only(request.method or "")
            if action is not None and not may(signed.user, action):
                raise may_not()
            signed.scope = scope_of(signed.user)
            return view(signed, *args, **kwargs)

        answered = in_shape(cast("Answered[P]", guarded))
        answered.declares = action or SIGNED_IN  # type: ignore[attr-defined]  # read by the test of all addresses
        return answered

    return declare


def open_to_all(view: Answered[P]) -> Answered[P]:
    """Declare that a view of this API needs nobody to be known."""
    return cast("Answered[P]", public(in_shape(view)))


def in_shape(view: Answered[P]) -> Answered[P]:
    """Answer whatever goes wrong as Central does, and leave nothing of an answer with who carries it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            request.get_host()  # links are made of it: one that is not ours is refused before anything is written
            response = view(request, *args, **kwargs)
        except ApiProblem as problem:
            response = problem.response()
            if (
                problem.code == 401.2 and request.is_secure()
            ):  # how Power BI learns that it may send a password
                response["WWW-Authenticate"] = 'Basic realm="Ceiba", charset="UTF-8"'
        except SuspiciousOperation:
            response = unparseable(int(request.META.get("CONTENT_LENGTH") or 0)).response()
        except Exception:  # noqa: BLE001  # a client of this API reads no page of errors
            _LOG.exception("analysts: %s", getattr(view, "__name__", ""))
            response = unknown().response()
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return csrf_exempt(cast("Answered[P]", answered))
