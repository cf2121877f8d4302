"""What is text goes to a telephone compressed, pages and files of the site alike: to a third of the bytes."""

from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT: Final = (
    "text/",
    "application/json",
    "application/javascript",
    "application/geo+json",
    "image/svg+xml",
)


class CompressedText(GZipMiddleware):
    """Django's, which adds a random length so that nobody guesses secrets by it; for whole answers of text alone.

    Photos are compressed already, and of a part of a file the browser counts the bytes.
    """

    def process_request(self, request: HttpRequest) -> None:
        """A browser asks by a weak tag whether what it has compressed is old: it has the file (RFC 9110, 13.1.2)."""
        if tag := request.META.get("HTTP_IF_NONE_MATCH"):
            request.META["HTTP_IF_NONE_MATCH"] = tag.replace("W/", "")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """See `GZipMiddleware`."""
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith(_TEXT):
            return response
        return super().process_response(request, response)
