"""Projects, their forms, and the versions of those."""

from io import BytesIO

from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from ceiba.accounts.permissions import Action, SignedRequest
from ceiba.analysts.access import require_analyst
from ceiba.analysts.places import FormPlace, the_form, the_project, the_version
from ceiba.analysts.problems import not_found
from ceiba.analysts.selectors import projects
from ceiba.analysts.services import projects_number
from ceiba.analysts.shapes import Shape, fields_shape, form_shape, moment, project_shape
from ceiba.blobs.store import blob_open
from ceiba.forms.selectors import current_versions, files_of, forms_began, versions_of
from ceiba.forms.workbooks import workbook_of

_SEES_FORMS = Action.VIEW_FORMS


@require_analyst(Action.VIEW_AGGREGATES)
def project_list(request: SignedRequest) -> HttpResponse:
    """Every programme as a project."""
    projects_number()
    return JsonResponse([project_shape(each, request.user.language) for each in projects()], safe=False)


@require_analyst(Action.VIEW_AGGREGATES)
def project(request: SignedRequest, number: int) -> HttpResponse:
    """A project."""
    return JsonResponse(project_shape(the_project(number), request.user.language))


@require_analyst(_SEES_FORMS)
def form_list(request: SignedRequest, number: int) -> HttpResponse:
    """The forms of a project, each in the version published last."""
    found, began = current_versions(the_project(number).programme_id), forms_began()
    return JsonResponse([form_shape(number, each, began) for each in found], safe=False)


@require_analyst(_SEES_FORMS)
def form(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """A form."""
    return JsonResponse(form_shape(number, the_form(request, number, code).published, forms_began()))


@require_analyst(_SEES_FORMS)
def form_xml(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """A form as phones get it."""
    return _xml(the_form(request, number, code))


@require_analyst(_SEES_FORMS)
def form_xlsx(request: SignedRequest, number: int, code: str) -> FileResponse:
    """A form as a workbook: the one it came as, or what was written as text as one."""
    place = the_form(request, number, code)
    source, suffix = bytes(place.published.source), place.published.source_name.lower().rpartition(".")[2]
    if suffix not in ("xlsx", "md"):
        raise not_found()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = BytesIO(source if suffix == "xlsx" else workbook_of(source))
    return FileResponse(book, as_attachment=True, filename=f"{place.code}.xlsx", content_type=kind)


@require_analyst(_SEES_FORMS)
def form_fields(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """What a form asks, place by place."""
    return _fields(request, the_form(request, number, code))


@require_analyst(_SEES_FORMS)
def form_files(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """The files that a form has beside it, and whether they are there."""
    return JsonResponse(_files(the_form(request, number, code)), safe=False)


@require_analyst(_SEES_FORMS)
def form_file(request: SignedRequest, number: int, code: str, name: str) -> HttpResponseBase:
    """A file that a form has beside it."""
    for each in files_of(the_form(request, number, code).published):
        if each.name == name:
            return blob_answer(each.sha256, name, "")
    raise not_found()


@require_analyst(_SEES_FORMS)
def version_list(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """The versions of a form, the one published last first."""
    found, began = versions_of(code, the_project(number).programme_id), forms_began()
    if not found:
        raise not_found()
    return JsonResponse([form_shape(number, each, began) for each in found], safe=False)


@require_analyst(_SEES_FORMS)
def version(request: SignedRequest, number: int, code: str, name: str) -> HttpResponse:
    """A version of a form."""
    return JsonResponse(form_shape(number, the_version(request, number, code, name).published, forms_began()))


@require_analyst(_SEES_FORMS)
def version_xml(request: SignedRequest, number: int, code: str, name: str) -> HttpResponse:
    """A version of a form as phones get it."""
    return _xml(the_version(request, number, code, name))


@require_analyst(_SEES_FORMS)
def version_fields(request: SignedRequest, number: int, code: str, name: str) -> HttpResponse:
    """What a version asks, place by place."""
    return _fields(request, the_version(request, number, code, name))


def blob_answer(sha256: str, name: str, content_type: str) -> HttpResponseBase:
    """A kept file, to be saved and not shown: it came from outside. Raises ApiProblem (404) when it is not there."""
    try:
        file = blob_open(sha256)
    except FileNotFoundError:
        raise not_found() from None
    kind = content_type or "application/octet-stream"
    headers = {"X-Content-Type-Options": "nosniff", "ETag": f'"{sha256}"'}
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind, headers=headers)


def _xml(place: FormPlace) -> HttpResponse:
    return HttpResponse(bytes(place.published.xform), content_type="application/xml; charset=utf-8")


def _fields(request: SignedRequest, place: FormPlace) -> HttpResponse:
    is_odata = request.GET.get("odata", "").lower() == "true"
    return JsonResponse(fields_shape(place.schema, odata=is_odata), safe=False)


def _files(place: FormPlace) -> list[Shape]:
    there = {each.name for each in files_of(place.published)}
    when = moment(place.published.published_at)
    return [
        {
            "name": name,
            "type": "file",
            "exists": name in there,
            "blobExists": name in there,
            "datasetExists": False,
            "updatedAt": when if name in there else None,
        }
        for name in sorted(there | set(place.definition.media))
    ]
