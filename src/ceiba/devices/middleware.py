"""The way of devices, analysts' tools, wallets and verifiers through the site: straight to the view.

They bring a key, or nothing, and no cookie, and read neither pages nor messages; sessions, languages and page
policies would cost more than receiving a form does, and an answer that looked at a session is none for a cache.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

PREFIX: Final = "/field/"  # of phones
PREFIXES: Final = (
    PREFIX,
    "/v1/",  # of analysts
    "/wallet/",
    *(
        "/.well-known/",
        "/status/",
        "/types/",
        "/jwks.json",
        "/trust.jwt",
        "/trust-roots.json",
    ),  # of verifiers
)


class DeviceLane:
    """Answers what is below PREFIXES without the middleware that stands after this one.

    A view that is not there, or fails, is answered by Django as anywhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
