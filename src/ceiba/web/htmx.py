"""Telling a request for a part of a page from one for the whole."""

from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back in the history it asks for the whole page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def shows_already(request: HttpRequest, seen: str) -> bool:
    """Whether htmx asks again for a part that has not changed: 204 leaves the page, and whoever reads it, alone."""
    return wants_fragment(request) and request.GET.get("seen") == seen
