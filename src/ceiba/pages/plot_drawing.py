"""A small drawing of a person's plots: outlines on a plain ground with a scale, no map behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import shapely

from ceiba.registry.models import Plot

WIDTH: Final = 320
HEIGHT: Final = 220
MARGIN: Final = 24
METRES_A_DEGREE: Final = 111_195
SCALES: Final = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Outline:
    """A plot's outline as an SVG path, and where its code is written."""

    code: str
    path: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Outlines, and a bar of the scale with its length in metres."""

    outlines: tuple[Outline, ...]
    scale_x: str
    scale_metres: int
    width: int = WIDTH
    height: int = HEIGHT
    scale_y: str = str(HEIGHT - 10)


def drawing_of(plots: Sequence[Plot]) -> Drawing | None:
    """The drawing of the plots that have a polygon; None when none has."""
    shapes = {
        plot.code: shapely.from_wkb(bytes(plot.geometry)) for plot in plots if plot.geometry is not None
    }
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    across = METRES_A_DEGREE * cos(radians((south + north) / 2))
    wide, tall = max((east - west) * across, 1.0), max((north - south) * METRES_A_DEGREE, 1.0)
    pixels = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / tall)
    left, top = (WIDTH - wide * pixels) / 2, (HEIGHT - tall * pixels) / 2

    def place(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * across * pixels, top + (north - lat) * METRES_A_DEGREE * pixels

    def outline(code: str, shape: shapely.Geometry) -> Outline:
        rings = [
            "M"
            + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(lon, lat) for lon, lat in ring.coords[:-1]))
            + "Z"
            for polygon in getattr(shape, "geoms", [shape])
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        x, y = place(*shapely.point_on_surface(shape).coords[0])
        return Outline(code, "".join(rings), f"{x:.1f}", f"{y:.1f}")

    metres = next((scale for scale in SCALES if scale * pixels >= 48), SCALES[-1])
    outlines = tuple(outline(code, shape) for code, shape in shapes.items())
    return Drawing(outlines, f"{12 + metres * pixels:.1f}", metres)
