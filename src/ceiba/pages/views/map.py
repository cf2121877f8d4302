"""The map of plots and its tiles."""

from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.gzip import gzip_page

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.accounts.selectors import Scope
from ceiba.determinations.selectors import AreaTotals, OutcomeTotals, area_totals, last_outcomes
from ceiba.pages.tiles import PLOTS_FROM, Tile, area_layers, area_shapes, encoded, plot_layer
from ceiba.registry.places import area_codes, areas_in_box, areas_named, bounds_of, plots_in_box
from ceiba.runs.selectors import last_months, last_runs

SHAPES_KEPT_SECONDS = 24 * 3600
TOTALS_KEPT_SECONDS = 300
TILE_KEPT_SECONDS = 300


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
    layers = _area_layers(wanted, request.scope)
    if z >= PLOTS_FROM and may(request.user, Action.VIEW_PLOTS):
        plots = plots_in_box(wanted.box, request.scope)
        outcomes = last_outcomes(last_months(), {plot.participant_id for plot in plots})
        layers.append(plot_layer(plots, outcomes, wanted))
    data = encoded(layers)
    etag = quote_etag(sha256(data).hexdigest()[:32])
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(data, content_type="application/vnd.mapbox-vector-tile")
    response["ETag"] = etag
    patch_cache_control(response, private=True, max_age=TILE_KEPT_SECONDS)
    return response


def _area_layers(wanted: Tile, scope: Scope) -> list[dict[str, Any]]:
    """The areas of the tile. Their shapes are the same for everyone and are kept; their totals are not."""
    key = f"tile-areas:{wanted.z}:{wanted.x}:{wanted.y}"
    kept = cache.get(key)
    if kept is None:
        areas = areas_in_box(wanted.box, wanted.level)
        kept = (area_shapes(areas, wanted), {area.code: (area.name, area.lon, area.lat) for area in areas})
        cache.set(key, kept, SHAPES_KEPT_SECONDS)
    shapes, areas_known = kept
    attributes = {code: _attributes(each.totals) for code, each in _totals(wanted.level, scope).items()}
    return area_layers(shapes, areas_known, attributes, wanted)


def _totals(level: str, scope: Scope) -> dict[str, AreaTotals]:
    """The last month's totals of every area of a level that has people, all programmes together.

    Runs do not change, so it is kept for a while.
    """
    runs = [run.pk for run in last_runs()]
    named = f"{level} {runs} {scope.role} {scope.areas} {scope.code}"
    key = f"map-totals:{sha256(named.encode()).hexdigest()}"
    kept: dict[str, AreaTotals] | None = cache.get(key)
    if kept is None:
        found = area_totals(runs, area_codes(level, scope), scope)
        kept = {each.area_code: each for each in found if each.totals.total != 0}
        cache.set(key, kept, TOTALS_KEPT_SECONDS)
    return kept


def _attributes(totals: OutcomeTotals) -> dict[str, Any]:
    """What a tile says of an area; what is kept back is left out."""
    values = {"pay": totals.pay, "hold": totals.hold, "refuse": totals.refuse, "people": totals.total}
    known: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    if totals.pay is not None and totals.total:
        known["paid_percent"] = 100 * totals.pay // totals.total
    return {"reached": True} | known
