"""Vector tiles: areas with their totals below zoom 10, plots with their last outcome from there on.

No tile of anybody else is needed: areas are the ground of the map. Shapes are cut to the tile and thinned to its
pixels; plots are points until they are wide enough to be seen as polygons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import atan, degrees, pi, sinh
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray

from ceiba.registry.models import Area
from ceiba.registry.places import Box, PlotShape

EXTENT: Final = 4096
PIXEL: Final = EXTENT // 512
MARGIN: Final = 64
STATES_UNTIL: Final = 7  # the zoom below which states stand for their municipalities
PLOTS_FROM: Final = 10
POLYGONS_FROM: Final = 13
ZOOM_MAX: Final = 16
RADIUS: Final = 6378137.0

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its address."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the address is one of the grid, at a zoom we serve."""
        return 0 <= self.z <= ZOOM_MAX and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    @property
    def level(self) -> str:
        """The level of the areas shown at this zoom."""
        return "state" if self.z < STATES_UNTIL else "leaf"

    @property
    def box(self) -> Box:
        """West, south, east, north in degrees, with the margin that borders need to be drawn whole."""
        margin = MARGIN / EXTENT
        west, east = (self._lon(self.x + step) for step in (-margin, 1 + margin))
        north, south = (self._lat(self.y + step) for step in (-margin, 1 + margin))
        return west, south, east, north

    def to_grid(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Degrees (n, 2) to the tile's own grid, y upwards: 0 to `EXTENT` inside."""
        x = (lonlat[:, 0] + 180) / 360 * 2**self.z - self.x
        lat = np.radians(np.clip(lonlat[:, 1], -85, 85))
        y = (1 - np.arcsinh(np.tan(lat)) / pi) / 2 * 2**self.z - self.y
        return np.column_stack([x * EXTENT, (1 - y) * EXTENT])

    def _lon(self, x: float) -> float:
        return float(x / 2**self.z * 360 - 180)

    def _lat(self, y: float) -> float:
        return degrees(atan(sinh(pi * (1 - 2 * y / 2**self.z))))


def area_shapes(areas: Sequence[Area], tile: Tile) -> list[tuple[str, bytes]]:
    """(code, WKB on the tile's grid) of the areas, thinned together so that borders stay shared. Worth keeping."""
    if not areas:
        return []
    shapes = shapely.transform(
        shapely.from_wkb([bytes(area.geometry or b"") for area in areas]), tile.to_grid
    )
    thinned = shapely.coverage_simplify(shapes, PIXEL)
    cut = _cut(thinned)
    return [(area.code, shapely.to_wkb(s)) for area, s in zip(areas, cut, strict=True) if not s.is_empty]


def area_layers(
    shapes: Iterable[tuple[str, bytes]],
    areas: Mapping[str, tuple[str, float | None, float | None]],
    totals: Mapping[str, Mapping[str, Any]],
    tile: Tile,
) -> list[dict[str, Any]]:
    """Layers `areas` (polygons) and `centres` (points inside the tile), with the totals of those the scope reaches.

    `areas` gives name, longitude and latitude of a code; `totals` its attributes.
    """
    polygons = [
        _feature(shapely.from_wkb(wkb), {"code": code, "name": areas[code][0], **totals.get(code, {})})
        for code, wkb in shapes
    ]
    centres = []
    for code, (name, lon, lat) in areas.items():
        if lon is None or lat is None or code not in totals:
            continue
        x, y = tile.to_grid(np.array([[lon, lat]]))[0]
        if 0 <= x < EXTENT and 0 <= y < EXTENT:
            centres.append(_feature(shapely.Point(x, y), {"code": code, "name": name, **totals[code]}))
    return [{"name": "areas", "features": polygons}, {"name": "centres", "features": centres}]


def plot_layer(plots: Sequence[PlotShape], outcomes: Mapping[int, str], tile: Tile) -> dict[str, Any]:
    """Layer `plots`: points until `POLYGONS_FROM`, then polygons cut to the tile."""
    if not plots:
        return {"name": "plots", "features": []}
    shapes = shapely.transform(shapely.from_wkb([plot.geometry for plot in plots]), tile.to_grid)
    if tile.z < POLYGONS_FROM:
        shapes = shapely.point_on_surface(shapes)
        inside = shapely.intersects(shapes, shapely.box(0, 0, EXTENT, EXTENT))
    else:
        shapes = _cut(shapely.make_valid(shapes))
        inside = ~shapely.is_empty(shapes)
    return {
        "name": "plots",
        "features": [
            _feature(shape, _plot_attributes(plot, outcomes.get(plot.participant_id, "none")))
            for plot, shape, is_inside in zip(plots, shapes, inside, strict=True)
            if is_inside
        ],
    }


def point_layer(
    name: str, points: Sequence[tuple[float, float, dict[str, Any]]], tile: Tile
) -> dict[str, Any]:
    """A layer of points (longitude, latitude, attributes) that lie in the tile or on its margin."""
    if not points:
        return {"name": name, "features": []}
    at = tile.to_grid(np.array([point[:2] for point in points]))
    inside = np.all((at >= -MARGIN) & (at <= EXTENT + MARGIN), axis=1).tolist()
    return {
        "name": name,
        "features": [
            _feature(shapely.Point(x, y), attributes)
            for (x, y), (_, _, attributes), is_inside in zip(at, points, inside, strict=True)
            if is_inside
        ],
    }


def encoded(layers: list[dict[str, Any]]) -> bytes:
    """The layers as a Mapbox Vector Tile."""
    options = {"extents": EXTENT, "on_invalid_geometry": None}
    return bytes(
        mapbox_vector_tile.encode([layer for layer in layers if layer["features"]], default_options=options)
    )


def _plot_attributes(plot: PlotShape, outcome: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "code": plot.code,
        "person": plot.participant_code,
        "outcome": outcome,
        "nominal_m2": plot.nominal_m2,
    }
    if plot.measured_m2 is not None:
        attributes["measured_m2"] = plot.measured_m2
    return attributes


def _cut(shapes: Any) -> Any:
    return shapely.clip_by_rect(shapes, -MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)


def _feature(shape: shapely.Geometry, properties: dict[str, Any]) -> Feature:
    return {"geometry": shape, "properties": properties}
