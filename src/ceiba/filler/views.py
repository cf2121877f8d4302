"""The forms in a browser: two pages that hold nobody's data, and what they fetch once somebody is signed in.

The pages are the same for everybody, so a browser may keep them and open them without a network; whose forms and
answers they show is decided in the browser, by stores that belong to one user each.
"""

import json
from dataclasses import asdict
from typing import Final
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from ceiba.accounts.permissions import Action, SignedRequest, public, require
from ceiba.blobs.store import blob_open
from ceiba.filler import shell
from ceiba.filler.browsers import BrowserRevoked, browser_of_request
from ceiba.filler.corrections import Correction, correction_of
from ceiba.filler.offers import Offer, offered_changes, offered_file, offers_to, version_offered_to
from ceiba.filler.posts import csrf_by_header
from ceiba.filler.vendored import WEB_FORMS
from ceiba.filler.words import language, words
from ceiba.forms.models import FormVersion
from ceiba.review.told import TOLD
from ceiba.submissions.views import received

# What ODK Web Forms needs beyond the site's policy, and only where a form is filled in (decision 0020).
FORM_POLICY: Final = {
    "script-src": ["'wasm-unsafe-eval'"],
    "img-src": ["blob:"],
    "media-src": ["blob:"],
}


@public
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list of forms and of what waits: an empty page, filled by its script."""
    return render(request, "filler/list.html", _page())


@public
@require_GET
@csp_update(FORM_POLICY)  # type: ignore[arg-type]  # says that views take nothing but a request
def form(request: HttpRequest, code: str) -> HttpResponse:
    """Filling in a form: the same page for every form, so that one copy opens them all."""
    return render(request, "filler/form.html", _page() | {"web_forms": WEB_FORMS})


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the version and the list of what it keeps in front."""
    kept = {"version": shell.version(), "files": shell.addresses(), "home": reverse("filler:index")}
    body = f"const KEPT = {json.dumps(kept)};\n{shell.WORKER.read_text()}"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone shows when the forms are put on its first screen."""
    home = reverse("filler:index")
    body = {
        "name": _("Ceiba: forms"),
        "short_name": "Ceiba",
        "lang": language(),
        "id": home,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#f6f4ee",
        "theme_color": "#17452f",
        "icons": [
            {
                "src": static(f"filler/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@ensure_csrf_cookie
@require(Action.FILL_FORMS)
@require_GET
def forms(request: SignedRequest) -> HttpResponseBase:
    """Whose forms these are, and each with its version and the hash of every file beside it."""
    try:
        browser_of_request(request)
    except BrowserRevoked:
        return _revoked(request)
    offered = [_described(offer) for offer in offers_to(request.user)]
    owner = {"id": str(request.user.pk), "name": request.user.get_full_name() or request.user.username}
    return JsonResponse({"owner": owner, "language": language(), "forms": offered})


@require(Action.FILL_FORMS)
@require_GET
def xform(request: SignedRequest, code: str) -> HttpResponseBase:
    """A form's XForm, byte for byte as phones get it."""
    return HttpResponse(bytes(_version(request, code).xform), content_type="text/xml; charset=utf-8")


@require(Action.FILL_FORMS)
@require_GET
def file(request: SignedRequest, code: str, name: str) -> HttpResponseBase:
    """A file that a form needs beside it: a picture, or the list of this user's people, plots or groups."""
    found = offered_file(request.user, _version(request, code), name)
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="application/octet-stream")


@require(Action.FILL_FORMS)
@require_GET
def changes(request: SignedRequest, code: str, name: str) -> HttpResponseBase:
    """What changed of such a list since the browser's last answer (`since`), for who holds the rest of it."""
    found = offered_changes(request.user, _version(request, code), name, request.GET.get("since", ""))
    if found is None:
        raise Http404
    return JsonResponse(asdict(found))


@csrf_by_header
@require(Action.FILL_FORMS)
@require_POST
def submission(request: SignedRequest) -> HttpResponseBase:
    """A form that was filled in, as OpenRosa's multipart: the same as phones send, by whoever is signed in."""
    if request.headers.get("X-Ceiba-Owner") != str(request.user.pk):
        return JsonResponse({"problem": "other_user"}, status=401)
    try:
        sender = browser_of_request(request)
    except BrowserRevoked:
        return _revoked(request)
    return received(request, sender, TOLD.note)


@require(Action.FILL_FORMS)
@require_GET
def returned(request: SignedRequest, instance_id: str) -> HttpResponseBase:
    """What was returned to the user, to be corrected: the form it was sent by, what it said, and its files."""
    found = _correction(request, instance_id)
    files = [
        {"name": file.name, "type": file.content_type, "address": reverse(
            "filler:returned_file", args=[instance_id, file.name])}
        for file in found.files
    ]  # fmt: skip
    form = _described(found.offer, is_exact=True)
    return JsonResponse({"form": form, "xml": found.xml, "files": files})


@require(Action.FILL_FORMS)
@require_GET
def returned_file(request: SignedRequest, instance_id: str, name: str) -> HttpResponseBase:
    """A file of what was returned to the user."""
    for file in _correction(request, instance_id).files:
        if file.name == name:
            try:
                opened = blob_open(file.sha256)
            except FileNotFoundError:
                break
            return FileResponse(opened, content_type="application/octet-stream", as_attachment=True)
    raise Http404


def _correction(request: SignedRequest, instance_id: str) -> Correction:
    found = correction_of(request.user, instance_id)
    if found is None:
        raise Http404
    return found


def _version(request: SignedRequest, code: str) -> FormVersion:
    found = version_offered_to(request.user, code, request.GET.get("version", ""))
    if found is None:
        raise Http404
    return found


def _described(offer: Offer, *, is_exact: bool = False) -> dict[str, object]:
    """A form as browsers fetch it; `is_exact` names its version in the addresses, the newest is fetched without."""
    version, code = offer.version, offer.version.form.code
    of_version = f"?{urlencode({'version': version.version})}" if is_exact else ""
    return {
        "code": code,
        "version": version.version,
        "title": version.title,
        "md5": version.xform_md5,
        "address": reverse("filler:xform", args=[code]) + of_version,
        "files": [
            {
                "name": name,
                "hash": file.md5,
                "address": reverse("filler:file", args=[code, name]) + of_version,
                "changes": reverse("filler:changes", args=[code, name]) if file.tells_changes else None,
            }
            for name, file in offer.files.items()
        ],
    }


def _revoked(request: HttpRequest) -> HttpResponse:
    """The browser's key was taken away: whoever goes on must show again who they are."""
    logout(request)
    return JsonResponse({"problem": "browser_revoked"}, status=403)


def _page() -> dict[str, object]:
    return {"words": words()}
