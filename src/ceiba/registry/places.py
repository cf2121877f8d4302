"""Reads areas and plots for pages and maps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import BooleanField, F, Func, QuerySet, TextField, Value
from django.db.models.expressions import Combinable

from ceiba.accounts.selectors import Scope
from ceiba.registry.models import Area, Plot
from ceiba.registry.selectors import participants_in

PLOTS_MAX: Final = 4_000
Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass(frozen=True, slots=True)
class PlotShape:
    """A plot on the map: its polygon, whose it is, and its areas (nominal and measured apart)."""

    code: str
    participant_id: int
    participant_code: str
    nominal_m2: int
    measured_m2: int | None
    geometry: bytes


def areas_named(codes: Iterable[str]) -> dict[str, str]:
    """Name of each code there is."""
    return dict(Area.objects.filter(code__in=list(codes)).values_list("code", "name"))


def area_path(code: str) -> list[Area]:
    """The country, the state, and so on down to `code`; empty when there is no such area."""
    path: list[Area] = []
    area = _shapeless().filter(code=code).first()
    while area is not None:
        path.insert(0, area)
        area = _shapeless().filter(code=area.parent_id).first() if area.parent_id else None
    return path


def areas_below(code: str, scope: Scope) -> list[Area]:
    """The areas a user chooses from: the children of `code`, or, for none, those the scope names."""
    if code:
        return list(_shapeless().filter(parent_id=code).order_by("name"))
    return list(_shapeless().filter(code__in=scope.areas).order_by("name"))


def areas_under(codes: Iterable[str]) -> list[Area]:
    """The children of all of `codes`."""
    return list(_shapeless().filter(parent_id__in=list(codes)).order_by("code"))


def areas_beside(code: str) -> list[Area]:
    """The areas that may be meant instead of `code`: its parts, or, where it has none, those of the same whole."""
    whole = Area.objects.filter(code=code).values("parent_id")
    return areas_under([code]) or list(_shapeless().filter(parent_id__in=whole).order_by("code"))


def areas_within(scope: Scope) -> list[Area]:
    """Every area that a scope covers whole and in which somebody is registered, with those above it, by code."""
    lived_in = set(participants_in(scope).values_list("area_id", flat=True).distinct())
    codes = {code[:end] for code in lived_in for end in range(1, len(code) + 1)}
    return [area for area in _shapeless().filter(code__in=codes).order_by("code") if scope.covers(area.code)]


def areas_of(scope: Scope) -> list[Area]:
    """The municipalities of a portfolio's people."""
    return list(_shapeless().filter(code__in=participants_in(scope).values("area_id")).order_by("name"))


def area_geometries(codes: Iterable[str]) -> dict[str, bytes]:
    """The shape (WKB) of each area that has one, by code."""
    rows = Area.objects.filter(code__in=list(codes), geometry__isnull=False).order_by("code")
    return {code: bytes(shape or b"") for code, shape in rows.values_list("code", "geometry")}


def areas_at(level: str) -> QuerySet[Area]:
    """The areas of a map: "state", or "leaf" for the smallest there are (Honduras has no municipalities here)."""
    if level == "leaf":
        return Area.objects.filter(children__isnull=True)
    return Area.objects.filter(level=level)


def area_codes(level: str, scope: Scope) -> list[str]:
    """The codes of the areas of a map that the scope reaches, whole or in part."""
    codes = list(areas_at(level).order_by("code").values_list("code", flat=True))
    reached = [area.code for area in areas_of(scope)] if scope.is_portfolio else list(scope.areas)
    return [code for code in codes if any(code.startswith(r) or r.startswith(code) for r in reached)]


def areas_in_box(box: Box, level: str) -> list[Area]:
    """Areas whose bounds meet `box`, with shapes: the ground of every map, the same for everyone."""
    west, south, east, north = box
    return list(
        areas_at(level)
        .filter(
            geometry__isnull=False,
            bounds__0__lte=east,
            bounds__1__lte=north,
            bounds__2__gte=west,
            bounds__3__gte=south,
        )
        .order_by("code")
    )


def bounds_of(codes: Iterable[str]) -> Box | None:
    """The box around the areas with these codes: what a map shows first. None when none has a shape."""
    boxes = list(
        Area.objects.filter(code__in=list(codes), bounds__isnull=False).values_list("bounds", flat=True)
    )
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def plots_in_box(box: Box, scope: Scope) -> list[PlotShape]:
    """At most `PLOTS_MAX` plots that may meet `box`, of people in the scope, through the index on boxes."""
    west, south, east, north = (Value(side) for side in box)
    meets = Func(
        _box(F("west"), F("south"), F("east"), F("north")),
        _box(west, south, east, north),
        template="(%(expressions)s)",
        arg_joiner=" && ",
        output_field=BooleanField(),
    )
    rows = Plot.objects.filter(
        meets, geometry__isnull=False, participant__in=participants_in(scope)
    ).order_by("pk")
    return [
        PlotShape(
            plot.code,
            plot.participant_id,
            plot.participant.code,
            plot.nominal_m2,
            plot.measured_m2,
            bytes(plot.geometry or b""),
        )
        for plot in rows.select_related("participant")[:PLOTS_MAX]
    ]


def plot_polygons(participants: Iterable[int]) -> dict[int, list[tuple[str, bytes]]]:
    """(code, WKB) of the plots with a polygon of these people, by person."""
    rows = Plot.objects.filter(participant_id__in=list(participants), geometry__isnull=False).order_by("code")
    found: dict[int, list[tuple[str, bytes]]] = {}
    for person, code, shape in rows.values_list("participant_id", "code", "geometry"):
        found.setdefault(person, []).append((code, bytes(shape or b"")))
    return found


def _box(west: Combinable, south: Combinable, east: Combinable, north: Combinable) -> Func:
    """The box of the index in registry/migrations/0002_plot_box.py, written as it is there."""
    corners = (
        Func(west, south, function="point", output_field=TextField()),
        Func(east, north, function="point", output_field=TextField()),
    )
    return Func(*corners, function="box", output_field=TextField())


def _shapeless() -> QuerySet[Area]:
    """Areas without their shape, which is by far the most of a row."""
    return Area.objects.defer("geometry")
