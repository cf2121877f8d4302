"""Gives what is published to anybody, as it was made: cacheable, the same bytes for everybody, no cookie."""

from datetime import timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from ceiba.accounts.permissions import public
from ceiba.credentials.published.making import published_at

FRESH: Final = timedelta(minutes=5)
"""How long caches may give it out unasked: after so long at most, a revocation is seen by whoever has a network."""


@public
@require_safe
def document(request: HttpRequest, path: str) -> HttpResponseBase:
    """A document, or 304 to whoever has it."""
    found = published_at(path)
    if found is None:
        raise Http404
    left = None if found.expires_at is None else found.expires_at - timezone.now()
    fresh = FRESH if left is None else max(timedelta(), min(FRESH, left))
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Cache-Control"] = f"public, max-age={int(fresh.total_seconds())}"
    response["ETag"] = f'"{found.etag}"'
    response["Last-Modified"] = http_date(found.made_at.timestamp())
    response["Access-Control-Allow-Origin"] = "*"  # pages of verifiers and wallets fetch it as well
    answer = get_conditional_response(
        request, etag=response["ETag"], last_modified=int(found.made_at.timestamp()), response=response
    )
    if answer is None:
        return response
    return answer


@public
@require_safe
def status_list(request: HttpRequest, number: int, purpose: str) -> HttpResponseBase:
    """A status list of a pair, by its number and purpose."""
    return document(request, f"status/{number}/{purpose}")  # type: ignore[no-any-return]
