"""The register as files: sending one in (looked at, then taken whole or not at all), and taking one away."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError, Problem, Where
from ceiba.core.register import SHEETS
from ceiba.frames.tabular import FORMATS
from ceiba.jobs.state import JobState, Stage, job_of
from ceiba.registry.models import Import
from ceiba.registry.selectors import import_made
from ceiba.registry.services import Preview, export_sheet, import_preview
from ceiba.registry.uploads import (
    IMPORT_TASK,
    Upload,
    upload_find,
    upload_keep,
    upload_take_in,
    uploads_unfinished,
)
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.uploads import is_too_large
from ceiba.web.words import language

PROBLEMS_SHOWN: Final = 200
IMPORTS_SHOWN: Final = 10
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem as a row of a table: where, and what to do."""

    row: int | None
    column: str
    text: str


@require(Action.EXPORT_REGISTER)
def files(request: SignedRequest) -> HttpResponseBase:
    """What can be taken away, and, for offices, the form to send a file in and the last imports."""
    context = {
        "sheets": SHEETS.values(),
        "formats": FORMATS,
        "may_import": may(request.user, Action.IMPORT_REGISTER),
    }
    if context["may_import"]:
        context["imports"] = Import.objects.filter(by=request.user).order_by("-pk")[:IMPORTS_SHOWN]
        context["unfinished"] = uploads_unfinished(user=request.user, most=IMPORTS_SHOWN)
    return render(request, "registry/files.html", context)


@require(Action.EXPORT_REGISTER)
def export(request: SignedRequest, sheet: str, fmt: str) -> HttpResponseBase:
    """A sheet within the scope as a file; who took it is written down."""
    if sheet not in SHEETS or fmt not in FORMATS:
        raise Http404
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile())
        try:
            export_sheet(
                sheet=sheet,
                scope=request.scope,
                fmt=fmt,
                out=file,
                actor=request.user,
                headings="name" if fmt == "parquet" else language(),
                bom=True,
            )
        except CeibaError as error:
            messages.error(request, error.text(language()))
            return redirect("registry:files")
        file.seek(0)
        closing.pop_all()  # the response closes the file
    return FileResponse(file, as_attachment=True, filename=f"ceiba-{sheet}.{fmt}", content_type=TYPES[fmt])


@require(Action.IMPORT_REGISTER)
def upload(request: SignedRequest) -> HttpResponseBase:
    """Keep the file that was sent, and show what it would do."""
    if request.method != "POST":
        return redirect("registry:files")
    sheet, file = request.POST.get("sheet", ""), request.FILES.get("file")
    if is_too_large(request):
        messages.error(request, _("The file is too large. Split it, or save it as Parquet."))
    elif sheet not in SHEETS or file is None or isinstance(file, list):
        messages.error(request, _("Choose what the file holds, and the file."))
    else:
        kept = upload_keep(file=file, sheet=sheet, user=request.user, session=request.session)
        return redirect("registry:preview", sha256=kept.sha256)
    return redirect("registry:files")


@require(Action.IMPORT_REGISTER)
def preview(request: SignedRequest, sha256: str) -> HttpResponseBase:
    """What the file would do and what stands against it; sent again as POST, the worker takes it in."""
    kept = upload_find(sha256=sha256, session=request.session)
    if kept is None or kept.sheet not in SHEETS:
        return _gone(request)
    if request.method == "POST":
        return redirect("registry:taking_in", job=upload_take_in(upload=kept))
    return _shown(request, kept, _seen(request, kept))


@require(Action.IMPORT_REGISTER)
def taking_in(request: SignedRequest, job: int) -> HttpResponseBase:
    """How a file that one sent to be taken in stands, as a page or a part of it; sent as POST, it is tried again."""
    state = job_of(IMPORT_TASK, job, user=request.user.pk)
    if state is None:
        raise Http404
    upload = Upload(**state.arguments)
    if request.method == "POST":
        if not upload.is_kept:
            return _gone(request)
        return redirect("registry:taking_in", job=upload_take_in(upload=upload))
    if shows_already(request, state.seen):
        return HttpResponse(status=204)
    template = "registry/taking_in_part.html" if wants_fragment(request) else "registry/taking_in.html"
    return render(request, template, _taking_in(request, upload, state))


def _taking_in(request: SignedRequest, upload: Upload, state: JobState) -> dict[str, object]:
    """What the page shows: what came of it, or what stands against it as things are now."""
    made = import_made(upload.sheet, upload.sha256) if state.stage == Stage.DONE else None
    problems: tuple[Problem, ...] = ()
    if state.stage == Stage.REFUSED and upload.is_kept:
        problems = _seen(request, upload).problems
    return {
        "job": state,
        "upload": upload,
        "sheet": SHEETS[upload.sheet],
        "made": made,
        "is_own": made is not None and made.by_id == upload.user,
        "problems": _faults(problems),
        "problems_shown": PROBLEMS_SHOWN,
    }


def _gone(request: SignedRequest) -> HttpResponseBase:
    messages.error(request, _("The file is no longer here. Send it again."))
    return redirect("registry:files")


def _seen(request: SignedRequest, kept: Upload) -> Preview:
    try:
        return import_preview(
            sheet=kept.sheet, path=kept.path, name=kept.name, today=timezone.localdate(), actor=request.user
        )
    except CeibaError as error:
        return Preview(kept.sheet, kept.name, kept.sha256, problems=error.problems)


def _shown(request: SignedRequest, kept: Upload, seen: Preview) -> HttpResponse:
    context = {
        "upload": kept,
        "sheet": SHEETS[kept.sheet],
        "seen": seen,
        "problems": _faults(seen.problems),
        "warnings": _faults(seen.warnings),
        "problems_shown": PROBLEMS_SHOWN,
        "headings": [getattr(column, language()) for column in SHEETS[kept.sheet].columns],
    }
    return render(request, "registry/preview.html", context, status=422 if seen.problems else 200)


def _faults(problems: tuple[Problem, ...]) -> list[Fault]:
    return [
        Fault(
            problem.where.row,
            problem.where.column or "",
            replace(problem, where=Where()).text(language()),
        )
        for problem in problems[:PROBLEMS_SHOWN]
    ]
