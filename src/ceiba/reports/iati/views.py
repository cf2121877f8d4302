"""The page of a programme's IATI files: made by the worker when somebody asks, checked, and taken away."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.jobs.state import Stage
from ceiba.reports.iati.files import KINDS
from ceiba.reports.iati.making import files_ask, made_for, making_for
from ceiba.reports.iati.selectors import programmes_published, publisher_of
from ceiba.reports.iati.shown import codes_of, from_json
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.words import words


@require(Action.VIEW_FUNDING)
@require_safe
def index(request: SignedRequest) -> HttpResponseBase:
    """To the first programme that publishes."""
    found = programmes_published(request.scope)
    if not found:
        return render(request, "reports/iati/none.html")
    return redirect("iati:files", programme=found[0].code)


@require(Action.VIEW_FUNDING)
@require_safe
def files(request: SignedRequest, programme: str) -> HttpResponseBase:
    """What was made last to be published, what is wrong with it, and the files; or how their making stands."""
    found = _seen(request, programme)
    book, publisher = rulebook_of(latest_version(programme)), publisher_of(programme)
    if publisher is None:
        raise Http404
    made, job = made_for(programme, request.scope), making_for(programme, request.scope)
    problem = made.page.get("problem") if made else None
    context = {
        "programme": programme,
        "book": book,
        "currency": book.currency,
        "programmes": [each.code for each in found],
        "publisher": publisher,
        "codes": codes_of(publisher),
        "own": request.scope.role == Role.FUNDER,
        "made": made,
        "problem": words(problem) if problem else "",
        "shown": from_json(made.page) if made and not problem else None,
        "job": job if job and job.stage != Stage.DONE else None,
    }
    return render(request, "reports/iati/files.html", context, status=409 if problem else 200)


@require(Action.VIEW_FUNDING)
def make(request: SignedRequest, programme: str) -> HttpResponseBase:
    """Ask the worker for the files; asked by htmx, how it gets on: the page is opened anew when they are there."""
    _seen(request, programme)
    if request.method == "POST":
        files_ask(programme=programme, user=request.user)
        return redirect("iati:files", programme=programme)
    job = making_for(programme, request.scope)
    if job is None or not wants_fragment(request):
        return redirect("iati:files", programme=programme)
    if shows_already(request, job.seen):
        return HttpResponse(status=204)
    response = render(request, "reports/iati/making.html", {"job": job, "programme": programme})
    if job.stage == Stage.DONE:
        response["HX-Refresh"] = "true"
    return response


@require(Action.VIEW_FUNDING)
@require_safe
def file(request: SignedRequest, programme: str, kind: str) -> HttpResponseBase:
    """One of the files, as the page shows that it was checked."""
    _seen(request, programme)
    made = made_for(programme, request.scope)
    data = getattr(made, kind) if made is not None and kind in KINDS else None
    if data is None:
        raise Http404
    response = HttpResponse(bytes(data), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{programme}-{kind}.xml"'
    return response


def _seen(request: SignedRequest, programme: str) -> list[Programme]:
    """The programmes whose files the user may see, which must be this one among them."""
    found = programmes_published(request.scope)
    if programme not in [each.code for each in found]:
        raise Http404
    return found
