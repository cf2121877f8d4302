"""Plots on the ellipsoid: reading polygons, their area, distances, and the land that two people registered.

Geometries are numpy object arrays of shapely polygons or multipolygons in degrees (WGS84, longitude first),
with None where there is no usable polygon. Areas are whole square metres, so that rules compare integers.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from shapely import GeometryType

from ceiba.core.kernel.errors import Problem, Where, register_messages

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

EARTH_A_M: Final = 6_378_137.0  # WGS84 equatorial radius
EARTH_F: Final = 1 / 298.257223563  # WGS84 flattening
EARTH_E: Final = (EARTH_F * (2 - EARTH_F)) ** 0.5  # eccentricity
EARTH_MEAN_RADIUS_M: Final = 6_371_008.8  # IUGG R1 = (2a + b) / 3

MAX_PLOT_M2: Final = 50_000_000  # the bound of the facts plot_measured_m2 and plot_nominal_m2
SLIVER_M2: Final = 10  # less than a GPS can tell: shared borders drawn twice
POLEWARD_DEGREES: Final = 70  # hardly a tree grows closer to a pole than this

register_messages(
    {
        "geometry.unreadable": {
            "es": "No se puede leer la geometría; escriba POLYGON((lon lat, lon lat, ...)) en grados.",
            "en": "The geometry cannot be read; write POLYGON((lon lat, lon lat, ...)) in degrees.",
        },
        "geometry.empty": {
            "es": "El polígono está vacío; recorra de nuevo el lindero o deje la celda en blanco.",
            "en": "The polygon is empty; walk the boundary again or leave the cell blank.",
        },
        "geometry.not_polygon": {
            "es": "Se esperaba un polígono y llegó {found}; cierre el lindero de la parcela.",
            "en": "A polygon was expected and {found} came; close the plot's boundary.",
        },
        "geometry.swapped": {
            "es": "La latitud {lat} está cerca de un polo: parece que longitud y latitud están cambiadas. "
            "Escriba primero la longitud.",
            "en": "Latitude {lat} is near a pole: longitude and latitude look swapped. "
            "Write longitude first.",
        },
        "geometry.out_of_range": {
            "es": "El punto {lon} {lat} no está en la Tierra: la longitud va de -180 a 180 y la latitud "
            "de -90 a 90 grados.",
            "en": "The point {lon} {lat} is not on Earth: longitude runs from -180 to 180 and latitude "
            "from -90 to 90 degrees.",
        },
        "geometry.invalid": {
            "es": "El lindero se cruza o se toca a sí mismo cerca de {place}; recórralo de nuevo en orden.",
            "en": "The boundary crosses or touches itself near {place}; walk it again in order.",
        },
        "geometry.too_large": {
            "es": "El polígono mide {m2} m² y el máximo es {limit} m²; revise sus vértices.",
            "en": "The polygon measures {m2} m² and the limit is {limit} m²; check its corners.",
        },
    }
)


def parse_polygons(
    wkt: pl.Series, *, area_m2_max: int = MAX_PLOT_M2
) -> tuple[Geometries, tuple[Problem, ...]]:
    """Read WKT polygons or multipolygons in degrees, longitude first.

    Returns one geometry a row, in two dimensions, None where the cell was null or has a problem; and the
    problems, at most one a row, with `where.row` counted from 1. An empty cell is no problem.
    """
    with np.errstate(invalid="ignore"):  # coordinates written as NaN become None
        geoms = np.asarray(
            shapely.force_2d(shapely.from_wkt(wkt.to_numpy(), on_invalid="ignore")), dtype=object
        )
    problems: dict[int, Problem] = {}
    for code, rows, values in _faults(geoms, wkt.is_not_null().to_numpy(), area_m2_max):
        for row, value in zip(rows.tolist(), values, strict=True):
            problems.setdefault(row, Problem(code, Where(row=row + 1, column=wkt.name or None), value))
    geoms[list(problems)] = None
    return geoms, tuple(problems[row] for row in sorted(problems))


def area_m2(geoms: Geometries) -> Integers:
    """Area on the WGS84 ellipsoid in whole m² (n,); 0 for None.

    Exact but for the course of the edges, which are straight in degrees: far below 0.01 % for plots.
    """
    return _whole_m2(shapely.area(_equal_area(geoms)))


def distance_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Great-circle distance in metres between points in degrees (n,); NaN where a coordinate is NaN.

    Haversine on the sphere of mean radius: within 0.56 % of the ellipsoid.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_phi, half_lambda = (phi2 - phi1) / 2, np.radians(np.subtract(lon2, lon1)) / 2
    chord = np.sin(half_phi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lambda) ** 2
    distance: Floats = 2 * EARTH_MEAN_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return distance


def overlap_m2(geoms: Geometries, owners: npt.NDArray[Any], *, sliver_m2: int = SLIVER_M2) -> Integers:
    """How much of each plot the plots of other owners cover, in whole m² (n,).

    Land covered by several others counts once. A pair that shares less than `sliver_m2` does not count.
    `geoms` must be valid (as `parse_polygons` returns them) and None is no land.
    """
    flat = _equal_area(geoms)
    first, second, pieces = _shared_pieces(flat, owners, sliver_m2)
    plots = np.concatenate([first, second])
    order = np.argsort(plots, kind="stable")
    plots, pieces = plots[order], np.concatenate([pieces, pieces])[order]
    covered = np.zeros(len(flat))
    touched, start, count = np.unique(plots, return_index=True, return_counts=True)
    covered[touched[count == 1]] = shapely.area(pieces[start[count == 1]])
    for plot, begin, many in zip(touched[count > 1], start[count > 1], count[count > 1], strict=True):
        covered[plot] = shapely.area(shapely.union_all(pieces[begin : begin + many]))
    return _whole_m2(covered)


def _shared_pieces(
    flat: Geometries, owners: npt.NDArray[Any], sliver_m2: int
) -> tuple[Integers, Integers, Geometries]:
    """Pairs of rows with different owners that share land, and the land shared (in projected metres)."""
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    pairs = (first < second) & (owners[first] != owners[second])
    first, second = first[pairs], second[pairs]
    pieces = shapely.intersection(flat[first], flat[second])
    large = shapely.area(pieces) >= max(sliver_m2, 1)
    return first[large], second[large], pieces[large]


def _equal_area(geoms: Geometries) -> Geometries:
    """Lambert's cylindrical equal-area projection of the ellipsoid, in metres, true scale on the equator.

    Snyder, J. P. (1987), Map Projections: A Working Manual, USGS Professional Paper 1395: equations 10-14 and
    10-15 (x = a k0 (lambda - lambda0), y = a q / (2 k0); here k0 = 1, lambda0 = 0), q by equation 3-12.
    """
    return np.asarray(shapely.transform(geoms, _project), dtype=object)


def _project(lon_lat: Floats) -> Floats:
    sin = np.sin(np.radians(lon_lat[:, 1]))
    e_sin = EARTH_E * sin
    q = (1 - EARTH_E**2) * (sin / (1 - e_sin**2) + np.arctanh(e_sin) / EARTH_E)
    return np.column_stack([EARTH_A_M * np.radians(lon_lat[:, 0]), EARTH_A_M * q / 2])


def _whole_m2(areas: Floats) -> Integers:
    return np.rint(np.nan_to_num(areas)).astype(np.int64)


def _faults(
    geoms: Geometries, stated: npt.NDArray[np.bool_], area_m2_max: int
) -> Iterator[tuple[str, npt.NDArray[np.intp], list[dict[str, Any]]]]:
    """(code, rows, values a row) of each kind of fault; the first that names a row is the one to report."""
    missing = shapely.is_missing(geoms)
    (rows,) = np.nonzero(stated & missing)
    yield "geometry.unreadable", rows, [{} for _ in rows]
    (rows,) = np.nonzero(~missing & shapely.is_empty(geoms))
    yield "geometry.empty", rows, [{} for _ in rows]
    kinds = shapely.get_type_id(geoms)
    areal = np.isin(kinds, (GeometryType.POLYGON, GeometryType.MULTIPOLYGON))
    (rows,) = np.nonzero(~missing & ~areal)
    yield "geometry.not_polygon", rows, [{"found": GeometryType(kinds[row]).name} for row in rows]
    yield from _misplaced(geoms)
    valid = shapely.is_valid(geoms)
    (rows,) = np.nonzero(areal & ~valid)
    reasons = shapely.is_valid_reason(geoms[rows])
    yield "geometry.invalid", rows, [{"place": str(r).partition("[")[2].rstrip("]") or "?"} for r in reasons]
    (rows,) = np.nonzero(areal & valid)
    areas = area_m2(geoms[rows])
    large = areas > area_m2_max
    values = [{"m2": m2, "limit": area_m2_max} for m2 in areas[large].tolist()]
    yield "geometry.too_large", rows[large], values


def _misplaced(geoms: Geometries) -> Iterator[tuple[str, npt.NDArray[np.intp], list[dict[str, Any]]]]:
    """Polygons with coordinates swapped or off the Earth.

    Swapped is what lies near a pole (or beyond) and would not if longitude and latitude changed places: true
    of every land west of 70 degrees west, not of the rest of the world, where a swap may pass unseen.
    """
    bounds = shapely.bounds(geoms)
    lon = np.abs(bounds[:, [0, 2]]).max(axis=1)
    lat = np.abs(bounds[:, [1, 3]]).max(axis=1)
    coordinates, owner = shapely.get_coordinates(geoms, return_index=True)
    wild = np.zeros(len(geoms), dtype=bool)
    wild[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    (rows,) = np.nonzero((lat > POLEWARD_DEGREES) & (lat <= 180) & (lon <= POLEWARD_DEGREES))
    yield "geometry.swapped", rows, [{"lat": f"{_farthest(bounds[row, [1, 3]]):.5f}"} for row in rows]
    (rows,) = np.nonzero((lon > 180) | (lat > 90) | wild)
    yield (
        "geometry.out_of_range",
        rows,
        [
            {"lon": f"{_farthest(bounds[row, [0, 2]]):.5f}", "lat": f"{_farthest(bounds[row, [1, 3]]):.5f}"}
            for row in rows
        ],
    )


def _farthest(pair: Floats) -> float:
    """The one of two coordinates farther from zero."""
    return float(max(pair, key=abs))
