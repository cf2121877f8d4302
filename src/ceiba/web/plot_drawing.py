"""A small drawing of plots: outlines on a plain ground with a scale, no map behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import shapely

WIDTH: Final = 320
HEIGHT: Final = 220
MARGIN: Final = 24
METRES_A_DEGREE: Final = 111_195
SCALES: Final = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Outline:
    """A plot's outline as an SVG path, and where its name is written; `number` is its place
    among those that were asked for, and its class."""

    number: int
    name: str
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


def drawing_of(outlines: Mapping[str, shapely.Geometry | None]) -> Drawing | None:
    """The drawing of outlines (degrees, lon lat) by name, those that there are; None when there is none."""
    shapes = {name: shape for name, shape in outlines.items() if shape is not None}
    places = {name: number for number, name in enumerate(outlines, 1)}
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    across = METRES_A_DEGREE * cos(radians((south + north) / 2))
    wide, tall = max((east - west) * across, 1.0), max((north - south) * METRES_A_DEGREE, 1.0)
    pixels = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / tall)
    left, top = (WIDTH - wide * pixels) / 2, (HEIGHT - tall * pixels) / 2

    def place(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * across * pixels, top + (north - lat) * METRES_A_DEGREE * pixels

    def outline(number: int, name: str, shape: shapely.Geometry) -> Outline:
        rings = [
            "M"
            + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(lon, lat) for lon, lat in ring.coords[:-1]))
            + "Z"
            for polygon in getattr(shape, "geoms", [shape])
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        x, y = place(*shapely.point_on_surface(shape).coords[0])
        return Outline(number, name, "".join(rings), f"{x:.1f}", f"{y:.1f}")

    metres = next((scale for scale in SCALES if scale * pixels >= 48), SCALES[-1])
    drawn = tuple(outline(places[name], name, shape) for name, shape in shapes.items())
    return Drawing(drawn, f"{12 + metres * pixels:.1f}", metres)
