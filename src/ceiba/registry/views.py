"""The register as files: sending one in (looked at, then taken whole or not at all), and taking one away."""

import tempfile
from contextlib import ExitStack
from typing import Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.register import SHEETS
from ceiba.frames.tabular import FORMATS
from ceiba.jobs.state import JobState, Stage
from ceiba.registry.models import Import
from ceiba.registry.selectors import import_made
from ceiba.registry.services import Preview, export_sheet, import_preview
from ceiba.registry.upload_pages import PROBLEMS_SHOWN, Door, faults, gone, taking_in_page
from ceiba.registry.uploads import (
    IMPORT_TASK,
    Upload,
    upload_find,
    upload_keep,
    upload_take_in,
    uploads_unfinished,
)
from ceiba.web.uploads import is_too_large
from ceiba.web.words import count, day_name, language

IMPORTS_SHOWN: Final = 10
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


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
        return gone(request, DOOR)
    if request.method == "POST":
        return redirect("registry:taking_in", job=upload_take_in(upload=kept))
    return _shown(request, kept, _seen(request, kept))


@require(Action.IMPORT_REGISTER)
def taking_in(request: SignedRequest, job: int) -> HttpResponseBase:
    """How a file that one sent to be taken in stands, as a page or a part of it; sent as POST, it is tried again."""
    return taking_in_page(request, DOOR, job)


def _taking_in(request: SignedRequest, upload: Upload, state: JobState) -> dict[str, object]:
    """What the page shows: what came of it, or what stands against it as things are now."""
    made = import_made(upload.sheet, upload.sha256) if state.stage == Stage.DONE else None
    is_own = made is not None and made.by_id == upload.user
    refused = state.stage == Stage.REFUSED and upload.is_kept
    return {
        "sheet": SHEETS[upload.sheet],
        "made": made,
        "done": _done(upload, made, is_own=is_own),
        "is_own": is_own,
        "problems": faults(_seen(request, upload).problems if refused else ()),
        "problems_shown": PROBLEMS_SHOWN,
    }


def _done(upload: Upload, made: Import | None, *, is_own: bool) -> str:
    if made is None:
        return ""
    if not is_own:
        told = _("This file was taken in before, on %(day)s (UTC). It is not taken in twice.")
        return told % {"day": day_name(made.at)}
    told = _("%(file)s was taken in: %(new)s new rows, %(changed)s changed.")
    return told % {"file": upload.name, "new": count(made.created), "changed": count(made.updated)}


DOOR: Final = Door(
    task=IMPORT_TASK,
    back="registry:files",
    page="registry:taking_in",
    whole="registry/taking_in.html",
    part="registry/taking_in_part.html",
    shown=_taking_in,
)


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
        "back": DOOR.back,
        "sheet": SHEETS[kept.sheet],
        "seen": seen,
        "problems": faults(seen.problems),
        "warnings": faults(seen.warnings),
        "problems_shown": PROBLEMS_SHOWN,
        "headings": [getattr(column, language()) for column in SHEETS[kept.sheet].columns],
    }
    return render(request, "registry/preview.html", context, status=422 if seen.problems else 200)
