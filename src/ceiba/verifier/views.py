"""The verifier's page, open to anybody and the same for everybody; what is verified on it never comes here."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.templatetags.static import static
from django.views.decorators.http import condition, require_GET

from ceiba.accounts.permissions import public
from ceiba.credentials.published.making import published_all, published_at
from ceiba.verifier import page, shell
from ceiba.verifier.published import ROOTS, published_of


@public
@require_GET
def index(request: HttpRequest, language: str) -> HttpResponse:
    """The page in one of its languages."""
    return _asked_again(HttpResponse(page.page(language, static(""), _roots())))


@public
@require_GET
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a telephone shows when the page is put on its first screen."""
    return JsonResponse(page.manifest(language, static("")), content_type="application/manifest+json")


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker."""
    body = shell.worker(static(""), _roots())
    return _asked_again(HttpResponse(body, content_type="text/javascript; charset=utf-8"))


@public
@require_GET
def lists(request: HttpRequest) -> HttpResponseBase:
    """The trust list and all status lists in one file, with an ETag; which one somebody needs is not told."""
    body = published_of(published_all()).lists()
    etag = f'"{hashlib.sha256(body).hexdigest()}"'

    @condition(etag_func=lambda _: etag)
    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse(body, content_type="application/json")

    return _asked_again(answer(request))


def _roots() -> dict[str, Any]:
    found = published_at(ROOTS)
    return published_of({ROOTS: found.content} if found else {}).roots


def _asked_again(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response
