"""The page of a programme's IATI files, and the files."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.reports.iati.files import KINDS
from ceiba.reports.iati.selectors import knowledge_of, programmes_published, publisher_of
from ceiba.reports.iati.shown import Shown, shown_of
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.web.kept import kept
from ceiba.web.words import language

KEPT_SECONDS = 600


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
    """What would be published, what is wrong with it, and the files."""
    found = _seen(request, programme)
    book = rulebook_of(latest_version(programme))
    context = {
        "programme": programme,
        "book": book,
        "currency": book.currency,
        "programmes": [each.code for each in found],
        "publisher": publisher_of(programme),
        "own": request.scope.role == Role.FUNDER,
        "language": language(),
    }
    try:
        context["shown"] = _shown(request, programme)
    except CeibaError as error:
        context["problem"] = error.text(language())
        return render(request, "reports/iati/files.html", context, status=409)
    return render(request, "reports/iati/files.html", context)


@require(Action.VIEW_FUNDING)
@require_safe
def file(request: SignedRequest, programme: str, kind: str) -> HttpResponseBase:
    """One of the files, as the page last checked it."""
    _seen(request, programme)
    if kind not in KINDS:
        raise Http404
    made = _shown(request, programme).file(kind)
    response = HttpResponse(made.data, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _seen(request: SignedRequest, programme: str) -> list[Programme]:
    """The programmes whose files the user may see, which must be this one among them."""
    found = programmes_published(request.scope)
    if programme not in [each.code for each in found]:
        raise Http404
    return found


def _shown(request: SignedRequest, programme: str) -> Shown:
    publisher = publisher_of(programme)
    if publisher is None:
        raise Http404
    return kept(
        lambda: shown_of(knowledge_of(programme, publisher, timezone.now(), request.scope)),
        KEPT_SECONDS,
        "iati",
        programme,
        publisher,
        request.scope,
    )
