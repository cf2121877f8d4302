"""Reading polygons, areas, distances and overlaps against formulas, real plots and properties."""

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.geometry import (
    EARTH_A_M,
    EARTH_E,
    area_m2,
    distance_m,
    overlap_m2,
    parse_polygons,
)
from ceiba.core.kernel.errors import LANGUAGES

WHISP = Path(__file__).parent / "fixtures" / "whisp_50_polygons.geojson"


def column(*wkt: str | None) -> pl.Series:
    return pl.Series("geometry", wkt, dtype=pl.String)


def array(*geoms: shapely.Geometry | None) -> np.ndarray:
    return np.array(geoms, dtype=object)


def codes(*wkt: str | None) -> list[tuple[int | None, str]]:
    return [(p.where.row, p.code) for p in parse_polygons(column(*wkt))[1]]


def cell_m2(west: float, south: float, step: float) -> float:
    """Area of a small cell from the radii of curvature at its middle: M dphi * N cos(phi) dlambda."""
    phi, step_rad = math.radians(south + step / 2), math.radians(step)
    w = 1 - (EARTH_E * math.sin(phi)) ** 2
    meridian, normal = EARTH_A_M * (1 - EARTH_E**2) / w**1.5, EARTH_A_M / w**0.5
    return meridian * step_rad * normal * math.cos(phi) * step_rad


@pytest.mark.parametrize("lat", [-60.0, -16.0, 0.0, 14.5, 19.4, 32.0, 59.9])
def test_area_of_a_cell_agrees_with_the_radii_of_curvature(lat):
    cell = shapely.box(-90, lat, -89.99, lat + 0.01)
    assert area_m2(array(cell))[0] == pytest.approx(cell_m2(-90, lat, 0.01), rel=1e-6)


def test_area_of_the_whole_ellipsoid():
    """Snyder's worked value of q at the pole gives the authalic sphere: 510,065,621.7 km2 in all."""
    hemispheres = shapely.box([-180, 0], [-90, -90], [0, 180], [90, 90])
    assert area_m2(hemispheres).sum() == pytest.approx(510_065_621.724e6, rel=1e-9)


def test_holes_and_parts_count_and_none_is_zero():
    outer, hole = shapely.box(-90, 15, -89.99, 15.01), shapely.box(-89.998, 15.002, -89.995, 15.004)
    whole, gap, rest, both, none = area_m2(
        array(
            outer,
            hole,
            outer - hole,
            shapely.MultiPolygon([outer, shapely.box(-89, 15, -88.99, 15.01)]),
            None,
        )
    )
    assert rest == pytest.approx(whole - gap, abs=1)
    assert both == pytest.approx(2 * whole, abs=1)
    assert none == 0


def test_real_plots_are_read_without_a_problem():
    geoms = shapely.get_parts(shapely.from_geojson(WHISP.read_text()))
    read, problems = parse_polygons(column(*shapely.to_wkt(geoms, rounding_precision=9)), area_m2_max=10**9)
    assert [p.text("en") for p in problems] == []
    assert len(read) == 50
    rough = [g.area * cell_m2(g.centroid.x, g.centroid.y - 0.0005, 0.001) / 1e-6 for g in geoms]
    np.testing.assert_allclose(area_m2(read), rough, rtol=2e-3, atol=1)


def test_each_fault_has_its_code_and_row():
    assert codes(
        "POLYGON((-90 15, -89.99 15, -89.99 15.01, -90 15))",
        None,
        "lindero norte",
        "POLYGON EMPTY",
        "LINESTRING(0 0, 1 1)",
        "POLYGON((15 -90.5, 15.1 -90.5, 15.1 -90.6, 15 -90.5))",
        "POLYGON((14 -86.5, 14.1 -86.5, 14.1 -86.6, 14 -86.5))",
        "POLYGON((200 0, 201 0, 201 1, 200 0))",
        "POLYGON((inf 1, 1 2, 2 2, inf 1))",
        "POLYGON((nan 1, 1 2, 2 2, nan 1))",
        "POLYGON((0 0, .001 .001, .001 0, 0 .001, 0 0))",
        "POLYGON((-90 15, -89 15, -89 16, -90 15))",
    ) == [
        (3, "geometry.unreadable"),
        (4, "geometry.empty"),
        (5, "geometry.not_polygon"),
        (6, "geometry.swapped"),
        (7, "geometry.swapped"),
        (8, "geometry.out_of_range"),
        (9, "geometry.out_of_range"),
        (10, "geometry.unreadable"),
        (11, "geometry.invalid"),
        (12, "geometry.too_large"),
    ]


def test_a_faulty_polygon_is_not_passed_on_and_the_message_says_where():
    geoms, (problem,) = parse_polygons(column("POLYGON((0 0, .001 .001, .001 0, 0 .001, 0 0))"))
    assert geoms.tolist() == [None]
    assert problem.text("es").startswith("fila 1, columna geometry: El lindero se cruza")
    assert "0.0005 0.0005" in problem.text("en")


def test_every_message_renders_in_both_languages():
    rows = ["x", "POLYGON EMPTY", "POINT(1 1)", "POLYGON((1 99, 2 99, 2 98, 1 99))"]
    for problem in parse_polygons(column(*rows))[1]:
        assert all(problem.text(language) for language in LANGUAGES)


def test_heights_are_dropped():
    geoms, problems = parse_polygons(column("POLYGON Z((-90 15 7, -89.99 15 7, -89.99 15.01 7, -90 15 7))"))
    assert problems == ()
    assert not geoms[0].has_z


def test_an_empty_column_is_fine():
    geoms, problems = parse_polygons(column())
    assert (len(geoms), problems) == (0, ())
    assert overlap_m2(geoms, np.array([])).tolist() == []


def test_distance_of_a_degree():
    lon, lat = np.array([0.0, 0.0, math.nan]), np.array([0.0, 60.0, 0.0])
    metres = distance_m(lon, lat, lon + 1, lat)
    assert metres[:2] == pytest.approx([111_195, 55_597], abs=5)
    assert math.isnan(metres[2])
    assert distance_m(*np.array([[0.0], [-90.0], [0.0], [90.0]]))[0] == pytest.approx(20_015_115, abs=1)


def overlaps(*geoms: shapely.Geometry | None, owners: str) -> list[int]:
    return overlap_m2(array(*geoms), np.array(list(owners))).tolist()


def square(west: float, south: float, side: float = 0.001) -> shapely.Polygon:
    return shapely.box(west, south, west + side, south + side)


def test_overlap_counts_land_of_others_only():
    a, b, c = square(0, 0), square(0.0005, 0), square(0.002, 0)
    half = area_m2(array(shapely.box(0.0005, 0, 0.001, 0.001)))[0]
    assert overlaps(a, b, c, owners="xyz") == pytest.approx([half, half, 0], abs=1)
    assert overlaps(a, b, c, owners="xxz") == [0, 0, 0]


def test_land_covered_by_several_counts_once():
    a = square(0, 0)
    whole = area_m2(array(a))[0]
    assert overlaps(a, a, a, None, owners="xyzw") == pytest.approx([whole, whole, whole, 0], abs=1)


def test_neighbours_and_slivers_do_not_count():
    neighbour, sliver = square(0.001, 0), shapely.box(-0.001, 0, 5e-7, 0.001)  # 5.5 cm wide: about 6 m2
    assert overlaps(square(0, 0), neighbour, sliver, owners="xyz") == [0, 0, 0]
    shared = overlap_m2(array(square(0, 0), sliver), np.array([1, 2]), sliver_m2=5)
    assert shared.tolist() == pytest.approx([6, 6], abs=1)


degrees = st.integers(-10_000, 10_000).map(lambda millionths: millionths / 1e6)
polygons = st.lists(st.tuples(degrees, degrees), min_size=3, max_size=8).map(
    lambda points: shapely.MultiPoint(points).convex_hull
)


@given(st.lists(polygons.filter(lambda g: g.area > 1e-8), min_size=1, max_size=6), st.data())
def test_overlap_is_the_area_shared_with_the_union_of_the_others(geoms, data):
    owners = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(geoms), max_size=len(geoms))))
    found = overlap_m2(array(*geoms), owners, sliver_m2=1)
    for i, geom in enumerate(geoms):
        others = shapely.union_all([g for g, owner in zip(geoms, owners, strict=True) if owner != owners[i]])
        expected = area_m2(array(shapely.intersection(geom, others)))[0]
        assert found[i] == pytest.approx(expected, rel=1e-5, abs=2 * len(geoms))
        assert 0 <= found[i] <= area_m2(array(geom))[0] + 1


@given(polygons.filter(lambda g: g.geom_type == "Polygon" and g.area > 1e-8), st.floats(-170, 170))
def test_area_does_not_depend_on_longitude_or_order_of_corners(geom, east):
    moved = shapely.transform(geom, lambda xy: xy + np.array([east, 0]))
    first, second, third = area_m2(array(geom, moved, shapely.reverse(geom)))
    assert first == pytest.approx(second, abs=2)
    assert first == third
