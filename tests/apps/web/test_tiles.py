"""Tiles decode, hold what lies in them, and hold nobody out of scope."""

from collections.abc import Callable
from math import asinh, pi, radians, tan
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.pages.tiles import EXTENT, MARGIN, ZOOM_MAX, Tile
from ceiba.registry.models import Area, Plot
from tests.factories import World

SignIn = Callable[[str], Client]


def tile_at(lon: float, lat: float, z: int) -> Tile:
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)
    return Tile(z, x, y)


def layers(client: Client, tile: Tile) -> dict[str, list[dict[str, Any]]]:
    response = client.get(f"/map/tiles/{tile.z}/{tile.x}/{tile.y}.mvt")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    decoded = mapbox_vector_tile.decode(response.content, default_options={"geojson": False})
    return {name: layer["features"] for name, layer in decoded.items()}


def of_plot(plot: Plot, z: int) -> Tile:
    return tile_at(plot.west or 0, plot.south or 0, z)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TECHNICIAN, Role.AUDITOR, Role.FUNDER])
@pytest.mark.parametrize("z", [10, 13, ZOOM_MAX])
def test_no_plot_out_of_scope_is_in_any_tile(made: World, as_role: SignIn, role: str, z: int) -> None:
    stranger = made.people_in("HN")[0]
    plot = Plot.objects.get(participant=stranger)
    found = layers(as_role(role), of_plot(plot, z))
    assert found.get("plots", []) == []
    assert not any("reached" in area["properties"] for area in found["areas"])
    assert "areas" in found, "the ground of the map is there for everyone"


def test_a_technician_finds_the_own_portfolio_only(made: World, as_role: SignIn) -> None:
    own = {person.code for person in made.people_in("GT-1304")}
    client = as_role(Role.TECHNICIAN)
    for person in made.people_in("GT-13"):
        found = layers(client, of_plot(Plot.objects.get(participant=person), 14))
        assert {plot["properties"]["person"] for plot in found.get("plots", [])} <= own


@pytest.mark.parametrize("z", [10, 16])
def test_a_funder_finds_areas_and_no_plot(made: World, as_role: SignIn, z: int) -> None:
    found = layers(as_role(Role.FUNDER), of_plot(Plot.objects.get(participant=made.people[0]), z))
    assert "plots" not in found


@pytest.mark.parametrize(
    ("z", "kind"), [(10, "Point"), (12, "Point"), (13, "Polygon"), (ZOOM_MAX, "Polygon")]
)
def test_a_plot_is_where_it_lies_in_the_colour_of_its_last_month(
    made: World, as_role: SignIn, z: int, kind: str
) -> None:
    refused = next(p for p in made.people_in("GT") if p.pk == made.refused().pk or p.code == "CA-000020")
    plot = Plot.objects.get(participant=refused)
    tile = of_plot(plot, z)
    found = {p["properties"]["code"]: p for p in layers(as_role(Role.OFFICE), tile)["plots"]}
    feature = found[plot.code]
    assert feature["geometry"]["type"] == kind
    assert feature["properties"]["outcome"] == "refuse"
    assert feature["properties"]["nominal_m2"] == 25_000
    assert feature["properties"]["measured_m2"] == 23_412
    west, south = _corner(plot, tile)
    assert _distance(feature["geometry"], west, south) < EXTENT / 2 ** max(0, 15 - z)


def test_below_zoom_ten_there_are_areas_with_their_counts(made: World, as_role: SignIn) -> None:
    client = as_role(Role.OFFICE)
    states = layers(client, tile_at(-91.5, 15.5, 5))
    assert "plots" not in states
    named = {area["properties"]["code"]: area["properties"] for area in states["areas"]}
    assert named["GT-13"]["people"] == len(made.people_in("GT-13"))
    place = Area.objects.get(code="GT-1301")
    leaves = layers(client, tile_at(place.lon or 0, place.lat or 0, 8))
    centres = {centre["properties"]["code"]: centre["properties"] for centre in leaves["centres"]}
    counted = centres["GT-1301"]
    assert counted["people"] == counted["pay"] + counted["hold"] + counted["refuse"]


def test_areas_of_a_funder_are_told_in_fives(made: World, as_role: SignIn) -> None:
    found = layers(as_role(Role.FUNDER), tile_at(-91.5, 15.3, 8))
    reached = [area["properties"] for area in found["areas"] if "reached" in area["properties"]]
    assert reached
    for area in reached:
        assert all(area[name] % 5 == 0 for name in ("people", "pay", "hold", "refuse") if name in area)


def test_shapes_stay_within_the_tile_and_its_margin(as_role: SignIn) -> None:
    found = layers(as_role(Role.OFFICE), tile_at(-91.5, 15.3, 9))
    for area in found["areas"]:
        west, south, east, north = shapely.geometry.shape(area["geometry"]).bounds
        assert min(west, south) >= -MARGIN
        assert max(east, north) <= EXTENT + MARGIN


def test_an_unchanged_tile_is_not_sent_again(as_role: SignIn) -> None:
    client = as_role(Role.OFFICE)
    address = "/map/tiles/8/62/116.mvt"
    first = client.get(address)
    assert "private" in first["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("address", ["2/4/0", "2/0/4", "17/0/0", "10/99999/5"])
def test_tiles_off_the_grid_are_not_there(as_role: SignIn, address: str) -> None:
    assert as_role(Role.OFFICE).get(f"/map/tiles/{address}.mvt").status_code == 404


def test_a_tile_of_the_sea_is_empty(as_role: SignIn) -> None:
    assert layers(as_role(Role.OFFICE), Tile(8, 0, 128)) == {}


def test_the_box_index_serves_the_search(made: World) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM registry_plot WHERE BOX(POINT(west, south), POINT(east, north))"
            " && BOX(POINT(-92, 15), POINT(-91, 16))"
        )
        assert "plot_box" in "\n".join(row[0] for row in cursor.fetchall())


def _corner(plot: Plot, tile: Tile) -> tuple[float, float]:
    import numpy as np

    x, y = tile.to_grid(np.array([[plot.west, plot.south]]))[0]
    return float(x), float(y)


def _distance(geometry: dict[str, Any], x: float, y: float) -> float:
    return float(shapely.geometry.shape(geometry).distance(shapely.Point(x, y)))
