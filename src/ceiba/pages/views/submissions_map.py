"""Submissions on the map: areas with their counts below zoom 10, each one from there on."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.pages.tiles import PLOTS_FROM, Tile, area_layers, encoded, point_layer
from ceiba.pages.views.tile_parts import ground, tile_answer
from ceiba.registry.places import area_codes, areas_in_box, bounds_of
from ceiba.review.selectors.places import counts_by_area, points_in_box
from ceiba.review.selectors.tray import Filters
from ceiba.web.kept import kept

_KEPT_SECONDS = 10
"""As often as it is worth asking again: what arrived since shows then."""


@require(Action.VIEW_SUBMISSIONS)
def submissions_map(request: SignedRequest) -> HttpResponse:
    """The map of the submissions that the list shows with the same filters."""
    shows_flags = may(request.user, Action.VIEW_FLAGS)
    filters = Filters.read(request.GET.dict(), flags=shows_flags)
    counts = counts_by_area(request.scope, request.user, filters)
    rows = sorted(counts.items(), key=lambda row: (-row[1].submissions, row[0]))
    context = {
        "bounds": bounds_of(counts) or bounds_of(area_codes("leaf", request.scope)),
        "rows": rows,
        "shows_flags": shows_flags,
        "points_from": PLOTS_FROM,
        "names": {area.code: area.name for area in areas_in_box((-180, -90, 180, 90), "leaf")}
        if rows
        else {},
    }
    return render(request, "pages/submissions_map.html", context)


@gzip_page
@require(Action.VIEW_SUBMISSIONS)
def submissions_tile(request: SignedRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile, drawn through what the user may see; 304 while nothing in it has changed."""
    wanted = Tile(z, x, y)
    if not wanted.exists:
        raise Http404
    shows_flags = may(request.user, Action.VIEW_FLAGS)
    filters = Filters.read(request.GET.dict(), flags=shows_flags)
    data = _areas(wanted, request, filters)
    if z >= PLOTS_FROM:
        points = points_in_box(wanted.box, request.scope, request.user, filters)
        data += encoded([point_layer("submissions", points, wanted)])
    return tile_answer(request, data, _KEPT_SECONDS)


def _areas(wanted: Tile, request: SignedRequest, filters: Filters) -> bytes:
    """The ground, and a circle for each area with submissions while single ones are too small to be seen."""
    shapes, known = ground(wanted, "leaf")
    if wanted.z >= PLOTS_FROM:
        return encoded(area_layers(shapes, known, {}, wanted))
    counted = kept(
        lambda: counts_by_area(request.scope, request.user, filters),
        _KEPT_SECONDS, "tray by area", request.scope, request.user.pk, filters,
    )  # fmt: skip
    totals = {
        code: {"people": each.submissions, "flagged": each.flagged, "reached": True}
        for code, each in counted.items()
    }
    return encoded(area_layers(shapes, known, totals, wanted))
