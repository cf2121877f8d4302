"""The verifier's page, open to anybody and the same for everybody; what is verified on it never comes here."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.templatetags.static import static
from django.views.decorators.http import condition, require_GET

from ceiba.accounts.permissions import public
from ceiba.verifier import page, shell
from ceiba.verifier.published import Published, published_in


def _published() -> Published:
    return published_in(settings.VERIFIER_DIR)


@public
@require_GET
def index(request: HttpRequest, language: str) -> HttpResponse:
    """The page in one of its languages."""
    return _asked_again(HttpResponse(page.page(language, static(""), _published())))


@public
@require_GET
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a telephone shows when the page is put on its first screen."""
    return JsonResponse(page.manifest(language, static("")), content_type="application/manifest+json")


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker."""
    body = shell.worker(static(""), _published())
    return _asked_again(HttpResponse(body, content_type="text/javascript; charset=utf-8"))


@public
@require_GET
def lists(request: HttpRequest) -> HttpResponseBase:
    """The trust list and all status lists in one file, with an ETag; which one somebody needs is not told."""
    body = _published().lists()
    etag = f'"{hashlib.sha256(body).hexdigest()}"'

    @condition(etag_func=lambda _: etag)
    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse(body, content_type="application/json")

    return _asked_again(answer(request))


def _asked_again(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response
