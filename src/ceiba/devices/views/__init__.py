"""Declaring that a view is for devices: who asks is known by the device's key, not by a session.

Beside it are the pages about devices: `office` for those who give them out, `mine` for those who have them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from ceiba.devices.authentication import Unknown, authenticated
from ceiba.devices.limits import failed, is_barred
from ceiba.devices.selectors import Sender

P = ParamSpec("P")
DEVICE: Final = "device"
Refusal = Callable[[str, int], HttpResponse]


class DeviceRequest(HttpRequest):
    """A request that passed `require_device`."""

    sender: Sender


def require_device(
    refusal: Refusal,
) -> Callable[
    [Callable[Concatenate[DeviceRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Declare that a view needs a device; `refusal` makes the answer to others from a reason and a status.

    The key is in the address (the view's argument `key`, which it does not see), or in Basic or Digest. No cookie
    is looked at, so no other site can have a browser send in somebody's name.
    """

    def declare(
        view: Callable[Concatenate[DeviceRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            key = cast("str | None", kwargs.pop("key", None))  # the request's resolver_match keeps it
            if is_barred(request):
                return refusal("too_often", 429)
            found = authenticated(request, key)
            if isinstance(found, Unknown):
                return _refused(request, found, refusal)
            known = cast(DeviceRequest, request)
            known.sender = found
            return view(known, *args, **kwargs)

        guarded.declares = DEVICE  # type: ignore[attr-defined]  # read by the test of all addresses
        return csrf_exempt(cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded))

    return declare


def _refused(request: HttpRequest, unknown: Unknown, refusal: Refusal) -> HttpResponse:
    """401; what did not even try is only asked who it is, and not counted against it."""
    if not unknown.challenges or "Authorization" in request.headers:
        failed(request)
    response = refusal("unknown", 401)
    if unknown.challenges:
        response["WWW-Authenticate"] = ", ".join(unknown.challenges)
    return response
