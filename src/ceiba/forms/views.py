"""The forms' pages: what is asked and what each question gives; offices send a new version, look, and publish it."""

from itertools import groupby
from pathlib import Path
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.forms.compiling import SUFFIXES
from ceiba.forms.drafts import FormDraft, draft_find, draft_forget, draft_keep
from ceiba.forms.looking import Look, form_look
from ceiba.forms.models import FormVersion
from ceiba.forms.selectors import (
    current_versions,
    definition_of,
    files_of,
    version_by_id,
    versions_count,
    versions_of,
)
from ceiba.forms.services import form_publish
from ceiba.forms.shown import changes_shown, listed, sections_of
from ceiba.forms.workbooks import workbook_of
from ceiba.rulebook.selectors import programmes
from ceiba.web.uploads import is_too_large
from ceiba.web.words import language

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final = {
    ".xlsx": XLSX,
    ".xls": "application/vnd.ms-excel",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}
SOURCE, WORKBOOK, XFORM = "source", "xlsx", "xform"


@require(Action.VIEW_FORMS)
@require_safe
def index(request: SignedRequest) -> HttpResponseBase:
    """Every programme's forms, each in the version that phones are offered."""
    counts = versions_count()
    names = {programme.code: programme.name for programme in programmes()}
    versions = sorted(current_versions(), key=lambda v: (v.form.programme_id, v.form.code))
    found = [
        (names[code], [listed(version, counts[version.form_id]) for version in group])
        for code, group in groupby(versions, key=lambda v: v.form.programme_id)
    ]
    context = {"programmes": found, "may_publish": may(request.user, Action.PUBLISH_FORMS)}
    return render(request, "forms/index.html", context)


@require(Action.VIEW_FORMS)
@require_safe
def form(request: SignedRequest, code: str, number: int = 0) -> HttpResponseBase:
    """A form's questions, in one version: the one with that number, or the one published last."""
    versions = versions_of(code)
    version = next((v for v in versions if number in (0, v.pk)), None)
    if version is None:
        raise Http404
    definition = definition_of(version)
    context = {
        "version": version,
        "versions": versions,
        "definition": definition,
        "sections": sections_of(definition),
        "files": files_of(version),
        "is_markdown": version.source_name.lower().endswith(".md"),
        "may_publish": may(request.user, Action.PUBLISH_FORMS),
    }
    return render(request, "forms/form.html", context)


@require(Action.VIEW_FORMS)
@require_safe
def download(request: SignedRequest, code: str, number: int, what: str) -> HttpResponseBase:
    """A version as it came, as a workbook where it came in Markdown, or as phones read it."""
    version = version_by_id(code, number)
    if version is None:
        raise Http404
    data, name, kind = _file(version, what)
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require(Action.PUBLISH_FORMS)
@require_http_methods(["GET", "POST"])
def upload(request: SignedRequest) -> HttpResponseBase:
    """Choose a programme and an XLSForm; sent as POST it is kept, and looked at."""
    known = programmes()
    context = {
        "programmes": known,
        "suffixes": ",".join(SUFFIXES),
        "programme": request.GET.get("programme", ""),
    }
    if request.method != "POST":
        return render(request, "forms/upload.html", context)
    programme, file = request.POST.get("programme", ""), request.FILES.get("file")
    if is_too_large(request):
        messages.error(request, _("The file is too large."))
    elif file is None or isinstance(file, list) or programme not in {each.code for each in known}:
        messages.error(request, _("Choose the programme and the form."))
    else:
        draft = draft_keep(
            programme=programme,
            file=file,
            beside=request.FILES.getlist("beside"),
            user=request.user,
            session=request.session,
        )
        return redirect("forms:preview", digest=draft.digest)
    return render(request, "forms/upload.html", context | {"programme": programme})


@require(Action.PUBLISH_FORMS)
@require_http_methods(["GET", "POST"])
def preview(request: SignedRequest, digest: str) -> HttpResponseBase:
    """What publishing would change, or what stands against it; sent as POST, those very bytes are published."""
    draft = draft_find(digest=digest, session=request.session)
    if draft is None:
        messages.error(request, _("That file is no longer here. Send it again."))
        return redirect("forms:upload")
    try:
        if request.method == "POST":
            return _published(request, draft)
        look = form_look(
            programme=draft.programme,
            name=draft.name,
            data=draft.source,
            files=draft.files,
            now=timezone.now(),
        )
    except CeibaError as error:
        context = {"draft": draft, "problems": [_told(problem) for problem in error.problems]}
        return render(request, "forms/preview.html", context)
    return render(request, "forms/preview.html", {"draft": draft, **_looked(look)})


def _published(request: SignedRequest, draft: FormDraft) -> HttpResponseBase:
    version = form_publish(
        programme=draft.programme,
        name=draft.name,
        data=draft.source,
        actor=request.user,
        at=timezone.now(),
        files=draft.files,
    )
    draft_forget(draft=draft)
    messages.success(request, _("The form is published. Phones are offered it from now on."))
    return redirect("forms:form", code=version.form.code)


def _looked(look: Look) -> dict[str, object]:
    definition: FormDefinition = look.definition
    return {
        "look": look,
        "definition": definition,
        "sections": sections_of(definition),
        "changes": changes_shown(look.questions) if look.before else [],
        "effects": [(e.holds, e.text("es"), e.text("en")) for e in look.effects],
        "notes": [_told(note) for note in look.compiled.notes],
    }


def _told(problem: Problem) -> tuple[str, str]:
    """A problem in the page's language, and the compiler's own words."""
    return problem.text(language()), str(problem.values.get("original", ""))


def _file(version: FormVersion, what: str) -> tuple[bytes, str, str]:
    """The bytes, the name and the type of a download."""
    source, suffix = bytes(version.source), Path(version.source_name).suffix.lower()
    name = f"{version.form.code}-{version.pk}"
    if what == SOURCE:
        return source, f"{name}{suffix}", TYPES.get(suffix, "application/octet-stream")
    if what == WORKBOOK and suffix == ".md":
        return workbook_of(source), f"{name}.xlsx", XLSX
    if what == XFORM:
        return bytes(version.xform), f"{name}.xml", "text/xml; charset=utf-8"
    raise Http404
