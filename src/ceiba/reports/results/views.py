"""The funder's pages: the results of an agreement beside its money, and the lines behind them."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.accounts.selectors import Scope
from ceiba.funding.models import Agreement
from ceiba.funding.selectors import agreements_in, counted_at, paid_cells
from ceiba.funding.shown import kept_money
from ceiba.registry.places import areas_named
from ceiba.reports.results.picture import picture
from ceiba.reports.results.selectors import AgreementResults, Results, lines_of, results_of
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.web.kept import kept

KEPT_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A department's results, with its name."""

    code: str
    name: str
    results: Results


@require(Action.VIEW_FUNDING)
def index(request: SignedRequest) -> HttpResponse:
    """The agreements within the scope, each with its results."""
    agreements = list(agreements_in(request.scope))
    rows = [(each, _results(each, request.scope).whole) for each in agreements]
    context = {"rows": rows, "rounded": bool(request.scope.cell_min), "counted_at": counted_at(agreements)}
    return render(request, "reports/index.html", context)


@require(Action.VIEW_FUNDING)
def agreement(request: SignedRequest, code: str) -> HttpResponse:
    """What an agreement's money came to, and the way it went."""
    found = get_object_or_404(agreements_in(request.scope), code=code)
    scope = request.scope
    results = _results(found, scope)
    cells = kept(lambda: paid_cells(found, scope), KEPT_SECONDS, "paid cells", found.pk, scope)
    money = kept_money([found], scope)[code]
    book = rulebook_of(latest_version(found.programme_id))
    components = {component.id: component.name for component in book.components}
    places = areas_named({*results.departments, *(cell.department or "" for cell in cells)})
    context = {
        "agreement": found,
        "book": book,
        "money": money,
        "results": results,
        "places": [PlaceRow(c, places.get(c, c), each) for c, each in results.departments.items()],
        "picture": picture(money, cells, components, places, found.currency),
        "rounded": bool(scope.cell_min),
        "counted_at": counted_at([found]),
    }
    return render(request, "reports/agreement.html", context)


@require(Action.VIEW_FUNDING)
def lines(request: SignedRequest, code: str, department: str) -> HttpResponse:
    """The lines that an agreement paid in a department, alike ones together and nobody's in particular."""
    found = get_object_or_404(agreements_in(request.scope), code=code)
    if department not in _results(found, request.scope).departments:
        raise Http404
    book = rulebook_of(latest_version(found.programme_id))
    context = {
        "agreement": found,
        "department": areas_named([department]).get(department, department),
        "lines": lines_of(found, department, request.scope),
        "components": {component.id: component.name for component in book.components},
        "rounded": bool(request.scope.cell_min),
        "counted_at": counted_at([found]),
    }
    return render(request, "reports/lines.html", context)


def _results(agreement: Agreement, scope: Scope) -> AgreementResults:
    return kept(lambda: results_of(agreement, scope), KEPT_SECONDS, "results", agreement.pk, scope)
