"""A small map of one submission as a drawing: plots, the place with its accuracy, the way that was walked.

Metres on a plane around its middle; drawn by the server as SVG, so it needs no script and no map service.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from ceiba.core.geometry import EARTH_MEAN_RADIUS_M

WIDTH: Final = 640
HEIGHT: Final = 360
MARGIN: Final = 28
SPAN_MIN_M: Final = 120.0
_DEGREE_M: Final = EARTH_MEAN_RADIUS_M * np.pi / 180
_STEPS_M: Final = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)

Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw, in the units of the viewBox (`WIDTH` by `HEIGHT`), as text."""

    plots: tuple[str, ...]
    way: str
    place: tuple[str, str] | None
    radius: str
    scale_m: int
    scale_x: str
    width: int = WIDTH
    height: int = HEIGHT
    scale_left: int = MARGIN
    scale_y: int = HEIGHT - 12
    scale_text_y: int = HEIGHT - 18


def drawn(
    plots: Iterable[bytes], place: Lonlat | None, accuracy_m: float | None, way: Sequence[Lonlat]
) -> Drawing | None:
    """The drawing of plots (WKB), a place and a way in degrees; None where there is nothing to draw."""
    shapes = [shapely.from_wkb(wkb) for wkb in plots]
    points = [*way, *([place] if place else [])]
    around = [*shapes, *(shapely.Point(point) for point in points)]
    if not around:
        return None
    west, south, east, north = shapely.total_bounds(np.array(around, dtype=object))
    middle = ((west + east) / 2, (south + north) / 2)
    east_m = _DEGREE_M * float(np.cos(np.radians(middle[1])))
    wide = max((east - west) * east_m, 1.5 * (accuracy_m or 0), SPAN_MIN_M)
    high = max((north - south) * _DEGREE_M, 1.5 * (accuracy_m or 0), SPAN_MIN_M / 2)
    unit = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def at(lonlat: np.ndarray) -> np.ndarray:
        x = WIDTH / 2 + (lonlat[:, 0] - middle[0]) * east_m * unit
        y = HEIGHT / 2 - (lonlat[:, 1] - middle[1]) * _DEGREE_M * unit
        return np.column_stack([x, y])

    scale = max((step for step in _STEPS_M if step * unit <= WIDTH / 3), default=_STEPS_M[0])
    x, y = at(np.array([place]))[0] if place else (0.0, 0.0)
    return Drawing(
        plots=tuple(_path(at(ring)) for shape in shapes for ring in _rings(shape)),
        way=_line(at(np.array(way))) if len(way) > 1 else "",
        place=(f"{x:.1f}", f"{y:.1f}") if place else None,
        radius=f"{max(accuracy_m or 0, 0) * unit:.1f}",
        scale_m=scale,
        scale_x=f"{MARGIN + scale * unit:.1f}",
    )


def _rings(shape: shapely.Geometry) -> list[np.ndarray]:
    polygons = shapely.get_parts(shape)
    return [shapely.get_coordinates(ring) for polygon in polygons for ring in shapely.get_rings(polygon)]


def _path(points: np.ndarray) -> str:
    return f"M{_line(points)}Z"


def _line(points: np.ndarray) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
