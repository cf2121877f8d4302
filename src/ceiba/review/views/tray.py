"""The list of submissions, and what was returned to whoever looks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.accounts.selectors import Scope
from ceiba.core.evidence import DECISIONS
from ceiba.core.flags import FLAG_KINDS
from ceiba.forms.selectors import form_titles
from ceiba.registry.models import Area
from ceiba.registry.places import areas_named, areas_of, areas_under
from ceiba.review.selectors.returned import returned_csv, returned_for, returned_to
from ceiba.review.selectors.tray import OPEN, Filters, tray_page
from ceiba.submissions.models import State
from ceiba.web.htmx import shows_already, wants_fragment


@require(Action.VIEW_SUBMISSIONS)
def index(request: SignedRequest) -> HttpResponse:
    """The submissions a user may see, latest first, by filters; asked again every few seconds while it is open."""
    flags = may(request.user, Action.VIEW_FLAGS)
    filters = Filters.read(request.GET.dict(), flags=flags)
    page = tray_page(request.scope, request.user, filters, _number(request.GET.get("before", "")))
    if shows_already(request, page.seen):
        return HttpResponse(status=204)
    context = {
        "page": page,
        "filters": filters,
        "shows_flags": flags,
        "kinds": FLAG_KINDS,
        "titles": form_titles(),
        "again": f"{reverse('review:index')}?{_query(request, page.seen)}",
    }
    if wants_fragment(request):
        return render(request, "review/rows.html", context)
    choices = {
        "decisions": (OPEN, *DECISIONS),
        "states": State.values,
        "areas": _areas(request.scope),
        "returned": returned_to(request.user.pk).count(),
    }
    return render(request, "review/index.html", context | choices)


@require(Action.VIEW_SUBMISSIONS)
def returned(request: SignedRequest) -> HttpResponse:
    """What was returned to whoever looks, with the reasons, until it is sent again."""
    context = {
        "rows": returned_for(request.user.pk),
        "titles": form_titles(),
        "fills": may(request.user, Action.FILL_FORMS),
    }
    return render(request, "review/returned.html", context)


@require(Action.VIEW_SUBMISSIONS)
def returned_list(request: SignedRequest) -> HttpResponse:
    """The same as a list that a form can show."""
    return HttpResponse(returned_csv(request.user), content_type="text/csv; charset=utf-8")


def _areas(scope: Scope) -> list[Area]:
    """The areas to choose from: the scope's and those just below, or the municipalities of a portfolio."""
    if scope.is_portfolio:
        return areas_of(scope)
    named = areas_named(scope.areas)
    own = [Area(code=code, name=name) for code, name in sorted(named.items())]
    return own + areas_under(scope.areas)


def _query(request: SignedRequest, seen: str) -> str:
    params = request.GET.copy()
    params["seen"] = seen
    return params.urlencode()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
