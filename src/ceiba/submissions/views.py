"""OpenRosa 1.0, as ODK Collect and its relatives speak it."""

import hashlib
from typing import IO, Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.devices.selectors import Sender, user_of
from ceiba.devices.views import DeviceRequest, require_device
from ceiba.entities.selectors import integrity, integrity_xml
from ceiba.forms.models import FormVersion
from ceiba.forms.offered import MediaFile, file_bytes, media_of, versions_offered
from ceiba.forms.selectors import version_of
from ceiba.submissions.listing import form_list, manifest
from ceiba.submissions.openrosa import ACCEPTED, answer, with_headers, xml_answer
from ceiba.submissions.parcels import BadParcel, parcel_read
from ceiba.submissions.services import Outcome, submission_receive
from ceiba.submissions.told import Note, Told

_STATUS: Final = {Outcome.KEPT: 201, Outcome.AGAIN: 201, Outcome.DOUBTFUL: 202, Outcome.CONFLICT: 409}


def refusal(reason: str, status: int) -> HttpResponse:
    """An answer to a device that is not known: in Spanish, since it is not known whose it is."""
    return answer(reason, "es", status)


@require_device(refusal)
def forms(request: DeviceRequest) -> HttpResponse:
    """The forms that this device's user fills in."""
    wanted = request.GET.get("formID", "")
    versions = [
        version for version in versions_offered(user_of(request.sender)) if wanted in ("", version.form.code)
    ]
    return xml_answer(form_list(_listed(request, version) for version in versions))


@require_device(refusal)
def form(request: DeviceRequest, code: str, version: str) -> HttpResponse:
    """A version of a form, byte for byte as it was published."""
    found = version_of(code, version)
    if found is None:
        return answer("no_such_form", request.sender.language, 404)
    return _file(request, bytes(found.xform), "text/xml; charset=utf-8")


@require_device(refusal)
def form_manifest(request: DeviceRequest, code: str, version: str, told: Told) -> HttpResponse:
    """What a version of a form needs beside it."""
    found = version_of(code, version)
    if found is None:
        return answer("no_such_form", request.sender.language, 404)
    user = user_of(request.sender)
    files = []
    for media in media_of(found):
        said = {
            "filename": media.name,
            "hash": f"md5:{media.md5 or told.list_for(user, media.list_name).md5}",
        }
        files.append(said | _places(request, found, media, told))
    return _conditional(request, xml_answer(manifest(files)))


@require_device(refusal)
def form_file(request: DeviceRequest, code: str, version: str, name: str) -> HttpResponse:
    """A file that was published with a version of a form."""
    found = version_of(code, version)
    data = None if found is None else file_bytes(found, name)
    if data is None:
        return answer("no_such_form", request.sender.language, 404)
    return _file(request, data, "application/octet-stream")


@require_device(refusal)
def entities(request: DeviceRequest, name: str, told: Told) -> HttpResponse:
    """A list of what this device carries, as CSV."""
    carried = told.list_for(user_of(request.sender), name)
    return _file(request, carried.csv, "text/csv; charset=utf-8")


@require_device(refusal)
def entities_integrity(request: DeviceRequest, name: str) -> HttpResponse:
    """Which of the entities that the device asks about are to leave it."""
    asked = [each for each in request.GET.get("id", "").split(",") if each]
    return xml_answer(integrity_xml(integrity(user_of(request.sender), name, asked)))


@require_device(refusal)
def submission(request: DeviceRequest, told: Told) -> HttpResponse:
    """Take a form with its files, in one post or several; HEAD asks whether it would be taken from here."""
    if request.method == "HEAD":
        return with_headers(HttpResponse(status=204))
    if request.method != "POST":
        return with_headers(HttpResponse(status=405, headers={"Allow": "HEAD, POST"}))
    return received(request, request.sender, told.note)


def received(request: HttpRequest, sender: Sender, note: Note) -> HttpResponse:
    """Keep what the request brings, and say so only when it is durable; with a note, where it was taken."""
    now = timezone.now()
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    content_type = request.META.get("CONTENT_TYPE", "")
    try:
        with parcel_read(
            cast("IO[bytes]", request), content_type, length, settings.UPLOAD_BYTES_MAX
        ) as parcel:
            receipt = submission_receive(xml=parcel.xml, files=parcel.files, sender=sender, now=now)
    except BadParcel as bad:
        return answer(bad.reason, sender.language, bad.status)
    except UnsafeXml as unsafe:
        return answer(unsafe.reason, sender.language, 400)
    status = _STATUS[receipt.outcome]
    said = note(sender.user_id, sender.language, now) if status in ACCEPTED else ""
    return answer(receipt.outcome, sender.language, status, note=said)


def _listed(request: DeviceRequest, version: FormVersion) -> dict[str, str]:
    place = {"code": version.form.code, "version": version.version}
    said = {
        "formID": version.form.code,
        "name": version.title,
        "version": version.version,
        "hash": f"md5:{version.xform_md5}",
        "downloadUrl": _address(request, "form", **place),
    }
    if media_of(version):
        said["manifestUrl"] = _address(request, "form_manifest", **place)
    return said


def _places(request: DeviceRequest, version: FormVersion, media: MediaFile, told: Told) -> dict[str, str]:
    """Where a file is fetched, and, of an entity list, where the device asks what it may keep."""
    if media.md5 is None:
        drawn = {"downloadUrl": _address(request, "entities", name=media.list_name)}
        if told.is_entity_list(media.list_name):
            drawn["integrityUrl"] = _address(request, "entities_integrity", name=media.list_name)
        return drawn
    place = {"code": version.form.code, "version": version.version, "name": media.name}
    return {"downloadUrl": _address(request, "form_file", **place)}


def _address(request: DeviceRequest, view: str, /, **place: str) -> str:
    """The whole address of a view for this device, with its key where it came with it."""
    key = getattr(request.resolver_match, "kwargs", {}).get("key")
    named = f"submissions:{view}_by_key" if key else f"submissions:{view}"
    return request.build_absolute_uri(reverse(named, kwargs=place | ({"key": key} if key else {})))


def _file(request: HttpRequest, data: bytes, content_type: str) -> HttpResponse:
    return _conditional(request, with_headers(HttpResponse(data, content_type=content_type)))


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its ETag, or 304 to whoever has it already."""
    etag = f'"{hashlib.md5(response.content, usedforsecurity=False).hexdigest()}"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"  # kept by the device, and asked about each time
    same: HttpResponseBase | None = get_conditional_response(request, etag=etag, response=response)
    return cast(HttpResponse, same)
