"""The bytes behind a submission: its XML as it came, its files, and small pictures of its photos.

Nothing from outside is shown as a page of ours: what a browser would run is handed over as a file to keep, and
pictures only as the kinds that are known to be none else.
"""

import hashlib
import re
from typing import Final

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.blobs.store import blob_open
from ceiba.review.models import Photo
from ceiba.review.views.submission import tray_or_404
from ceiba.submissions.browse import attachment_of, sent
from ceiba.submissions.models import Attachment

_SHOWN: Final = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_SANDBOX: Final = "default-src 'none'; sandbox"


@require(Action.VIEW_SUBMISSIONS)
def raw(request: SignedRequest, pk: int) -> HttpResponse:
    """The XML byte for byte, checked against the hash it was received with."""
    tray = tray_or_404(request, pk)
    whole = sent(tray.pk)
    if whole is None:
        raise Http404
    return _xml(bytes(whole.submission.xml), bytes(whole.submission.sha256), f"{tray.form_code}-{pk}.xml")


@require(Action.VIEW_SUBMISSIONS)
def conflict(request: SignedRequest, pk: int, conflict: int) -> HttpResponse:
    """Other bytes that came under the same name."""
    tray = tray_or_404(request, pk)
    whole = sent(tray.pk)
    found = next((c for c in whole.conflicts if c.pk == conflict), None) if whole else None
    if found is None:
        raise Http404
    return _xml(bytes(found.xml), bytes(found.sha256), f"{tray.form_code}-{pk}-{conflict}.xml")


@require(Action.VIEW_SUBMISSIONS)
def attachment(request: SignedRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of a submission: pictures in the browser, everything else to keep."""
    found = _file(request, pk, file)
    suffix = "." + found.name.rpartition(".")[2].lower()
    photo = Photo.objects.filter(pk=found.sha256, fault="").exists()
    shown = suffix in _SHOWN and photo
    try:
        opened = blob_open(found.sha256)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened,
        content_type=_SHOWN[suffix] if shown else "application/octet-stream",
        as_attachment=not shown,
        filename=_safe(found.name),
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require(Action.VIEW_SUBMISSIONS)
def thumbnail(request: SignedRequest, pk: int, file: int) -> HttpResponseBase:
    """A small picture of a photo, without anything but the picture."""
    found = _file(request, pk, file)
    photo = Photo.objects.filter(pk=found.sha256).exclude(thumbnail="").first()
    if photo is None:
        raise Http404
    try:
        opened = blob_open(photo.thumbnail)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _file(request: SignedRequest, pk: int, file: int) -> Attachment:
    tray_or_404(request, pk)
    found = attachment_of(pk, file)
    if found is None:
        raise Http404
    return found


def _xml(data: bytes, sha256: bytes, name: str) -> HttpResponse:
    is_intact = hashlib.sha256(data).digest() == sha256
    return HttpResponse(
        data,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{_safe(name)}"',
            "X-Content-Type-Options": "nosniff",
            "X-Ceiba-Sha256": sha256.hex(),
            "X-Ceiba-Intact": "yes" if is_intact else "no",
        },
    )


def _safe(name: str) -> str:
    return re.sub(r"[^\w.\- ]", "_", name)[-100:]
