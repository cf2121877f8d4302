"""The shipped areas: a tree of codes whose shapes nest and share their borders."""

from importlib.resources import files

import polars as pl
import pytest
import shapely

from ceiba.geodata.areas import AREAS, LEVELS, areas


def test_the_counts_are_those_of_the_sources():
    counts = areas().group_by(pl.col("code").str.head(2).alias("country"), "level").len()
    assert {(country, level): n for country, level, n in counts.rows()} == {
        ("MX", "country"): 1,
        ("MX", "state"): 32,
        ("MX", "municipality"): 2_469,
        ("GT", "country"): 1,
        ("GT", "state"): 22,
        ("GT", "municipality"): 340,
        ("HN", "country"): 1,
        ("HN", "state"): 18,
        ("SV", "country"): 1,
        ("SV", "state"): 14,
    }


def test_the_frame_keeps_its_schema_and_the_order_of_its_codes():
    frame = areas()
    assert frame.columns == AREAS.names
    assert frame["code"].is_sorted()
    assert frame["code"].is_unique().all()
    assert set(frame["level"]) == set(LEVELS)


def test_a_parent_is_a_prefix_one_level_up():
    frame = areas().with_columns(
        depth=pl.col("level").replace_strict(dict(zip(LEVELS, range(3), strict=True)))
    )
    children = frame.filter(pl.col("parent").is_not_null()).join(
        frame.select("code", "depth"), left_on="parent", right_on="code", suffix="_parent", validate="m:1"
    )
    assert children.height == frame.filter(pl.col("level") != "country").height
    assert children.select(pl.col("code").str.starts_with(pl.col("parent")).all()).item()
    assert children.select((pl.col("depth") == pl.col("depth_parent") + 1).all()).item()


def test_polygons_are_valid_and_bounded_as_said():
    geoms = shapely.from_wkb(areas()["geometry"].to_numpy())
    assert shapely.is_valid(geoms).all()
    assert set(shapely.get_type_id(geoms)) <= {
        shapely.GeometryType.POLYGON,
        shapely.GeometryType.MULTIPOLYGON,
    }
    assert (shapely.bounds(geoms) == areas().select("minx", "miny", "maxx", "maxy").to_numpy()).all()


def test_the_point_of_an_area_lies_in_it_and_in_its_parent():
    frame = areas()
    geoms = dict(zip(frame["code"], shapely.from_wkb(frame["geometry"].to_numpy()), strict=True))
    shapely.prepare(list(geoms.values()))
    points = shapely.points(frame["lon"], frame["lat"])
    assert shapely.contains(list(geoms.values()), points).all()
    parents = [geoms[parent or code] for code, parent in frame.select("code", "parent").rows()]
    assert shapely.contains(parents, points).all()


@pytest.mark.parametrize(
    ("country", "level"), [("MX", "municipality"), ("GT", "municipality"), ("HN", "state"), ("SV", "state")]
)
def test_neighbours_share_their_borders(country, level):
    leaves = areas().filter(pl.col("code").str.starts_with(country), pl.col("level") == level)
    assert shapely.coverage_is_valid(shapely.from_wkb(leaves["geometry"].to_numpy()))


def test_known_places():
    names = dict(areas().select("code", "name").rows())
    assert names["MX-07059"] == "Ocosingo"
    assert names["GT-1612"] == "Santa María Cahabón"
    assert names["HN-OC"] == "Ocotepeque"
    assert names["SV-CH"] == "Chalatenango"


def test_marginalisation_is_known_for_mexican_municipalities_only():
    known = pl.col("marginalisation").is_not_null()
    of_mexico = pl.col("code").str.starts_with("MX") & (pl.col("level") == "municipality")
    assert areas().select((known == of_mexico).all()).item()
    grades = areas().filter(known)["marginalisation"]
    assert (grades.min(), grades.max()) == (1, 5)
    poorest = dict(areas().select("code", "marginalisation").rows())
    assert (poorest["MX-12078"], poorest["MX-09014"]) == (5, 1)  # Cochoapa el Grande, Benito Juárez


def test_what_ships_is_small():
    assert len((files("ceiba.geodata") / "areas.parquet").read_bytes()) < 4_000_000
