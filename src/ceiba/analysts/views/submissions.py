"""Submissions one by one: what is known of them, their XML, their files, their versions and what those changed."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ceiba.accounts.permissions import Action, SignedRequest
from ceiba.analysts.access import require_analyst
from ceiba.analysts.differences import differences
from ceiba.analysts.places import FormPlace, the_form, the_submission
from ceiba.analysts.problems import not_found
from ceiba.analysts.reviews import told_to
from ceiba.analysts.shapes import files_named, moment, submission_shape, version_shape
from ceiba.analysts.streams import json_array
from ceiba.analysts.views.forms import blob_answer
from ceiba.review.exporting import said_of
from ceiba.submissions.exporting import Kept, Version, files_of, kept, submitters, versions_of

_READS = Action.EXPORT_EVIDENCE


@require_analyst(_READS)
def submission_list(request: SignedRequest, number: int, code: str) -> StreamingHttpResponse:
    """Every submission of a form that is reached, the last received first."""
    place = the_form(request, number, code)
    rows = (submission_shape(each) for each in kept(place.reach, code))
    return StreamingHttpResponse(json_array(rows), content_type="application/json")


@require_analyst(_READS)
def submitter_list(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """Who sent what is reached."""
    place = the_form(request, number, code)
    found = [
        {"id": pk, "displayName": name, "type": "user"} for pk, name in submitters(place.reach, place.code)
    ]
    return JsonResponse(found, safe=False)


@require_analyst(_READS)
def no_keys(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """The keys of encrypted submissions: there are none."""
    the_form(request, number, code)
    return JsonResponse([], safe=False)


@require_analyst(_READS)
def submission(request: SignedRequest, number: int, code: str, instance: str) -> HttpResponse:
    """A submission."""
    return JsonResponse(submission_shape(the_submission(the_form(request, number, code), instance)))


@require_analyst(_READS)
def submission_xml(request: SignedRequest, number: int, code: str, instance: str) -> HttpResponse:
    """A submission as it was sent, in the version that is shown."""
    return _xml(the_submission(the_form(request, number, code), instance).xml)


@require_analyst(_READS)
def submission_files(request: SignedRequest, number: int, code: str, instance: str) -> HttpResponse:
    """The files that a submission names, whether each has come, and those that came besides."""
    place = the_form(request, number, code)
    row = the_submission(place, instance)
    return JsonResponse(_files(place, row.xml, set(row.files)), safe=False)


@require_analyst(_READS)
def submission_file(
    request: SignedRequest, number: int, code: str, instance: str, name: str
) -> HttpResponseBase:
    """A file of a submission, the last that came by that name."""
    row = the_submission(the_form(request, number, code), instance)
    return _file(row.family, name)


@require_analyst(_READS)
def comment_list(request: SignedRequest, number: int, code: str, instance: str) -> HttpResponse:
    """What was said of a submission in its review."""
    row = the_submission(the_form(request, number, code), instance)
    found = [
        {"body": each.reason or each.decision, "actorId": each.by_id, "createdAt": moment(each.at)}
        for each in said_of(row.family, told_to(request.scope))
    ]
    return JsonResponse(found, safe=False)


@require_analyst(_READS)
def version_list(request: SignedRequest, number: int, code: str, instance: str) -> HttpResponse:
    """The versions of a submission, the latest first."""
    row = the_submission(the_form(request, number, code), instance)
    return JsonResponse([version_shape(each, row) for each in versions_of(row)], safe=False)


@require_analyst(_READS)
def version(request: SignedRequest, number: int, code: str, instance: str, name: str) -> HttpResponse:
    """A version of a submission."""
    row = the_submission(the_form(request, number, code), instance)
    return JsonResponse(version_shape(_version(row, name), row))


@require_analyst(_READS)
def version_xml(request: SignedRequest, number: int, code: str, instance: str, name: str) -> HttpResponse:
    """A version of a submission as it was sent."""
    return _xml(_version(the_submission(the_form(request, number, code), instance), name).xml)


@require_analyst(_READS)
def version_files(request: SignedRequest, number: int, code: str, instance: str, name: str) -> HttpResponse:
    """The files of a version."""
    place = the_form(request, number, code)
    row = the_submission(place, instance)
    found = _version(row, name)
    there = {each.name for each in files_of(_until(row, found))}
    return JsonResponse(_files(place, found.xml, there), safe=False)


@require_analyst(_READS)
def version_file(
    request: SignedRequest, number: int, code: str, instance: str, name: str, file: str
) -> HttpResponseBase:
    """A file of a version; what it names and did not bring is that of the version before."""
    row = the_submission(the_form(request, number, code), instance)
    return _file(_until(row, _version(row, name)), file)


@require_analyst(_READS)
def difference_list(request: SignedRequest, number: int, code: str, instance: str) -> HttpResponse:
    """What each edit changed, by the version that made it."""
    place = the_form(request, number, code)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    versions = versions_of(the_submission(place, instance))
    for new, old in pairwise(versions):
        found[new.instance_id] = differences(place.values(old.xml), place.values(new.xml))
    return JsonResponse(found)


def _version(row: Kept, name: str) -> Version:
    for each in versions_of(row):
        if each.instance_id == name:
            return each
    raise not_found()


def _until(row: Kept, version: Version) -> list[int]:
    """The versions up to one: an edit does not bring again what did not change."""
    return [number for number in row.family if number <= version.id]


def _xml(xml: bytes) -> HttpResponse:
    return HttpResponse(xml, content_type="application/xml; charset=utf-8")


def _files(place: FormPlace, xml: bytes, there: set[str]) -> list[dict[str, Any]]:
    named = files_named(place.schema, place.values(xml))
    besides = sorted(there - set(named))
    return [{"name": name, "exists": name in there} for name in (*named, *besides)]


def _file(versions: Sequence[int], name: str) -> HttpResponseBase:
    for each in files_of(versions):
        if each.name == name:
            return blob_answer(each.sha256, name, each.content_type)
    raise not_found()
