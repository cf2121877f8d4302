"""Plots that tile the land around a village without overlapping.

A group's plots fill a square in rows, each row as high as its plots need, so that a plot has the area wanted;
the square is turned by an angle of the village's own and lies within the village's cell. A plot's boundary
then runs a little inside its lot: neighbours never overlap, paths stay free, and no two plots look alike.
"""

from typing import Final

import numpy as np
import shapely

from ceiba.core.geometry import EARTH_A_M, EARTH_E, Floats, Geometries, Integers
from ceiba.synth.places import CELL_DEGREES

# The boundary's eight corners in the unit lot, and in which direction each may move inwards
_CORNERS: Final = np.array([[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 1], [0, 1], [0, 0.5]])
_INWARDS: Final = np.sign(0.5 - _CORNERS)
_MARGIN: Final = (0.01, 0.08)  # of the lot's side
MAX_COPY: Final = (0.55, 0.95)  # size of an overlapping plot against the plot it lies in, side to side


def draw_plots(
    centres: Floats, group: Integers, sizes: Integers, wanted_m2: Floats, rng: np.random.Generator
) -> Geometries:
    """A polygon in degrees for each person (n,), of about `wanted_m2`; people in the order of their groups.

    `centres` (G, 2) are the middles of the groups' cells. Areas shrink where a cell cannot hold them all.
    """
    outline = _CORNERS + _INWARDS * rng.uniform(*_MARGIN, (len(group), 8, 2))
    lot_m2 = wanted_m2 / _shoelace(outline)
    metres = _metres_a_degree(centres[:, 1])
    side_max = CELL_DEGREES * metres.min(axis=1)
    side = np.sqrt(np.bincount(group, weights=lot_m2, minlength=len(sizes)))
    shrink = np.minimum(1, side_max / side)
    side *= shrink
    corner, width, height = _rows(group, sizes, lot_m2 * shrink[group] ** 2, side)
    local = corner[:, None, :] + outline * np.stack([width, height], axis=1)[:, None, :]
    angle = _angles(side_max / side, rng)
    turned = _turn(local - side[group, None, None] / 2, angle[group])
    degrees = centres[group, None, :] + turned / metres[group, None, :]
    return np.asarray(shapely.polygons(degrees), dtype=object)


def inside_of(plots: Geometries, rng: np.random.Generator) -> Geometries:
    """A smaller plot wholly within each of `plots` (n,): what a second person claims of the same land."""
    factor = rng.uniform(*MAX_COPY, len(plots))
    middle = shapely.get_coordinates(shapely.centroid(plots))
    corners = shapely.get_coordinates(plots).reshape(-1, len(_CORNERS) + 1, 2)
    smaller = middle[:, None, :] + (corners - middle[:, None, :]) * factor[:, None, None]
    return np.asarray(shapely.polygons(smaller), dtype=object)


def _rows(group: Integers, sizes: Integers, lot_m2: Floats, side: Floats) -> tuple[Floats, Floats, Floats]:
    """Lots in metres within the group's square: lower left corner (n, 2), width and height (n,)."""
    first = np.cumsum(sizes) - sizes
    rank = np.arange(len(group)) - first[group]
    rows = np.maximum(np.rint(np.sqrt(sizes)), 1).astype(np.int64)
    row = rank * rows[group] // sizes[group]
    strip = (np.cumsum(rows) - rows)[group] + row  # numbered over all groups, in order
    strip_group = np.repeat(np.arange(len(sizes)), rows)
    strip_m2 = np.bincount(strip, weights=lot_m2, minlength=len(strip_group))
    strip_height = strip_m2 / side[strip_group]
    height = strip_height[strip]
    width = lot_m2 / height
    left = _before(width, strip)
    bottom = _before(strip_height, strip_group)[strip]
    return np.column_stack([left, bottom]), width, height


def _before(values: Floats, owner: Integers) -> Floats:
    """The sum of the values before each one within its owner; owners contiguous and ascending."""
    start = np.searchsorted(owner, owner)
    running = np.concatenate([[0.0], np.cumsum(values)])
    result: Floats = running[:-1] - running[start]
    return result


def _angles(room: Floats, rng: np.random.Generator) -> Floats:
    """An angle a group at which a square still fits a cell `room` times its side: |cos| + |sin| <= room."""
    limit = np.where(room >= np.sqrt(2), np.pi / 4, np.pi / 4 - np.arccos(np.clip(room / np.sqrt(2), 0, 1)))
    angle: Floats = rng.uniform(-1, 1, len(room)) * np.clip(limit, 0, np.pi / 4)
    return angle


def _turn(points: Floats, angle: Floats) -> Floats:
    """Points (n, k, 2) turned about the origin by an angle each (n,)."""
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = points[:, :, 0], points[:, :, 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=2)


def _shoelace(outline: Floats) -> Floats:
    """Areas of polygons given by their corners (n, k, 2)."""
    x, y = outline[:, :, 0], outline[:, :, 1]
    area: Floats = (x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1) / 2
    return area


def _metres_a_degree(lat: Floats) -> Floats:
    """East and north (n, 2), on the ellipsoid: its radii of curvature at a latitude."""
    phi = np.radians(lat)
    w = 1 - (EARTH_E * np.sin(phi)) ** 2
    east = EARTH_A_M * np.cos(phi) / np.sqrt(w)
    north = EARTH_A_M * (1 - EARTH_E**2) / w**1.5
    return np.radians(np.column_stack([east, north]))
