"""The map of plots and its tiles."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.accounts.selectors import Scope
from ceiba.determinations.selectors import AreaTotals, OutcomeTotals, area_totals, last_outcomes
from ceiba.pages.tiles import PLOTS_FROM, Tile, area_layers, encoded, plot_layer
from ceiba.pages.views.tile_parts import ground, tile_answer
from ceiba.registry.places import area_codes, areas_named, bounds_of, plots_in_box
from ceiba.runs.selectors import last_months, last_runs
from ceiba.web.kept import kept

KEPT_SECONDS = 300


@require(Action.VIEW_MAP)
def plot_map(request: SignedRequest) -> HttpResponse:
    """The map, and the same numbers as a table for those who see no map."""
    totals = _totals("leaf", request.scope)
    names = areas_named(totals)
    rows = sorted(totals.values(), key=lambda row: (-(row.totals.total or 0), row.area_code))
    context = {
        "bounds": bounds_of(totals),
        "rows": [(names.get(row.area_code, row.area_code), row.totals) for row in rows],
        "rounded_to": request.scope.cell_min,
        "months": last_months(),
        "may_plots": may(request.user, Action.VIEW_PLOTS),
        "plots_from": PLOTS_FROM,
    }
    return render(request, "pages/map.html", context)


@gzip_page
@require(Action.VIEW_MAP)
def tile(request: SignedRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile, drawn through the scope: whoever may not see plots gets areas at every zoom."""
    wanted = Tile(z, x, y)
    if not wanted.exists:
        raise Http404
    data = _areas(wanted, request.scope)
    if z >= PLOTS_FROM and may(request.user, Action.VIEW_PLOTS):
        plots = plots_in_box(wanted.box, request.scope)
        outcomes = last_outcomes(last_months(), {plot.participant_id for plot in plots})
        data += encoded(
            [plot_layer(plots, outcomes, wanted)]
        )  # a tile's layers may stand in any number of pieces
    return tile_answer(request, data, KEPT_SECONDS)


def _areas(wanted: Tile, scope: Scope) -> bytes:
    """The areas of a tile with their totals, kept for those of one scope."""

    def drawn() -> bytes:
        shapes, known = ground(wanted, wanted.level)
        attributes = {code: _attributes(each.totals) for code, each in _totals(wanted.level, scope).items()}
        return encoded(area_layers(shapes, known, attributes, wanted))

    return kept(drawn, KEPT_SECONDS, "areas", wanted, scope, last_months())


def _totals(level: str, scope: Scope) -> dict[str, AreaTotals]:
    """The last month's totals of every area of a level that has people, all programmes together."""
    runs = [run.pk for run in last_runs()]

    def counted() -> dict[str, AreaTotals]:
        found = area_totals(runs, area_codes(level, scope), scope)
        return {each.area_code: each for each in found if each.totals.total != 0}

    return kept(counted, KEPT_SECONDS, "map totals", level, scope, runs)


def _attributes(totals: OutcomeTotals) -> dict[str, Any]:
    """What a tile says of an area; what is kept back is left out."""
    values = {"pay": totals.pay, "hold": totals.hold, "refuse": totals.refuse, "people": totals.total}
    known: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    if totals.pay is not None and totals.total:
        known["paid_percent"] = 100 * totals.pay // totals.total
    return {"reached": True} | known
