"""A small map of areas, drawn by the server: each in the colour of the share of its people who were paid.

It needs no scripts and prints; the large map with plots is another page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from ceiba.registry.places import area_geometries
from ceiba.web.kept import kept

WIDTH: Final = 520
HEIGHT_MAX: Final = 460
PIXEL: Final = 1.2
SHAPES_KEPT_SECONDS: Final = 24 * 3600
CLASSES: Final = (60, 75, 85, 95)
"""Percentages paid at which the next darker class begins; the map with plots has the same."""


@dataclass(frozen=True, slots=True)
class Shaded:
    """What is shown of an area: its share class, what is read out, and where it leads."""

    code: str
    paid_percent: int | None
    hint: str
    href: str


@dataclass(frozen=True, slots=True)
class Patch:
    """An area as an SVG path with its class of colour."""

    path: str
    css: str
    hint: str
    href: str


@dataclass(frozen=True, slots=True)
class AreaDrawing:
    """The areas, ready to draw."""

    patches: tuple[Patch, ...]
    height: int
    width: int = WIDTH


def area_drawing(areas: Sequence[Shaded], around: Sequence[str]) -> AreaDrawing | None:
    """The areas of `areas`, on the ground of the areas `around` them; None when none has a shape."""
    codes = tuple(sorted({*around, *(area.code for area in areas)}))
    paths, height = kept(lambda: _paths(codes), SHAPES_KEPT_SECONDS, "area drawing", codes)
    shaded = {area.code: area for area in areas}
    if not any(code in paths for code in shaded):
        return None
    ground = [Patch(paths[code], "choro-0", "", "") for code in codes if code in paths and code not in shaded]
    patches = [
        Patch(paths[code], f"choro-{share_class(area.paid_percent)}", area.hint, area.href)
        for code, area in shaded.items()
        if code in paths
    ]
    return AreaDrawing((*ground, *patches), height)


def share_class(percent: int | None) -> int:
    """1 (pale) to 5 (dark); 0 for what is not told."""
    return 0 if percent is None else 1 + sum(percent >= step for step in CLASSES)


def _paths(codes: Iterable[str]) -> tuple[dict[str, str], int]:
    """SVG paths by code, and the height of the drawing."""
    found = area_geometries(codes)
    if not found:
        return {}, 0
    shapes = shapely.from_wkb(list(found.values()))
    west, south, east, north = shapely.total_bounds(shapes)
    across = cos(radians((south + north) / 2))
    scale = min(WIDTH / ((east - west) * across), HEIGHT_MAX / (north - south))
    left = (WIDTH - (east - west) * across * scale) / 2

    def to_drawing(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        x = left + (lonlat[:, 0] - west) * across * scale
        return np.column_stack([x, (north - lonlat[:, 1]) * scale])

    drawn = shapely.coverage_simplify(shapely.transform(shapes, to_drawing), PIXEL)
    paths = {code: _path(shape) for code, shape in zip(found, drawn, strict=True)}
    return {code: path for code, path in paths.items() if path}, round((north - south) * scale)


def _path(shape: shapely.Geometry) -> str:
    rings = [
        ring
        for polygon in shapely.get_parts(shape)
        if polygon.area > PIXEL**2
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings)
