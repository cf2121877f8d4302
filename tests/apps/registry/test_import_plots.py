"""Plots: measured on the ellipsoid, compared with their neighbours, and where they say they are."""

import random

import numpy as np
import pytest
import shapely

from ceiba.core.geometry import overlap_m2
from ceiba.registry.models import Plot
from tests.apps.registry.helpers import base, look, refused, sheet_file, take

WEST, SOUTH, SIDE = -91.5, 14.8, 0.001


def square(east: float, north: float = 0.0, side: float = SIDE) -> str:
    """A square so many sides east and north of the corner, as WKT."""
    west, south = WEST + east * SIDE, SOUTH + north * SIDE
    return shapely.to_wkt(shapely.box(west, south, west + side, south + side), rounding_precision=12)


def overlaps():
    return dict(Plot.objects.order_by("code").values_list("code", "overlap_m2"))


pytestmark = pytest.mark.django_db


def test_a_polygon_is_measured_and_bounded(tmp_path):
    base(1)
    take("plots", sheet_file(tmp_path, "plots", {"geometry": square(0)}, {"code": "PL-2"}))
    plot = Plot.objects.get(code="PL-1")
    assert 11_700 < plot.measured_m2 < 12_000  # 107.6 m by 110.6 m
    assert (plot.west, plot.south) == (pytest.approx(WEST), pytest.approx(SOUTH))
    assert plot.overlap_m2 == 0
    assert shapely.from_wkb(bytes(plot.geometry)).bounds == pytest.approx(
        (WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    )
    unmeasured = Plot.objects.get(code="PL-2")
    assert (unmeasured.measured_m2, unmeasured.overlap_m2, unmeasured.geometry, unmeasured.west) == (
        None,
    ) * 4


def test_land_of_two_people_shows_on_both_plots_also_when_it_came_in_two_files(tmp_path):
    base(2)
    take("plots", sheet_file(tmp_path, "plots", {"geometry": square(0)}))
    path = sheet_file(
        tmp_path, "plots", {"code": "PL-2", "participant": "P-2", "geometry": square(0.5)}, name="b.csv"
    )
    (warning,) = look("plots", path).warnings
    assert warning.code == "import.overlaps"
    assert overlaps() == {"PL-1": 0}
    take("plots", path)
    found = overlaps()
    assert found["PL-1"] == found["PL-2"]
    assert found["PL-1"] == pytest.approx(Plot.objects.get(code="PL-1").measured_m2 / 2, rel=0.01)


def test_ones_own_plots_do_not_overlap(tmp_path):
    base(1)
    take(
        "plots",
        sheet_file(tmp_path, "plots", {"geometry": square(0)}, {"code": "PL-2", "geometry": square(0.5)}),
    )
    assert overlaps() == {"PL-1": 0, "PL-2": 0}


def test_a_plot_that_moves_frees_its_neighbour(tmp_path):
    base(2)
    rows = [{"geometry": square(0)}, {"code": "PL-2", "participant": "P-2", "geometry": square(0.5)}]
    take("plots", sheet_file(tmp_path, "plots", *rows))
    assert min(overlaps().values()) > 0
    take("plots", sheet_file(tmp_path, "plots", rows[1] | {"geometry": square(5)}, name="b.csv"))
    assert overlaps() == {"PL-1": 0, "PL-2": 0}


def test_a_plot_that_loses_its_polygon_or_changes_hands_frees_its_neighbour(tmp_path):
    base(2)
    rows = [{"geometry": square(0)}, {"code": "PL-2", "participant": "P-2", "geometry": square(0.5)}]
    take("plots", sheet_file(tmp_path, "plots", *rows))
    take("plots", sheet_file(tmp_path, "plots", rows[1] | {"participant": "P-1"}, name="b.csv"))
    assert overlaps() == {"PL-1": 0, "PL-2": 0}
    take("plots", sheet_file(tmp_path, "plots", rows[1], name="c.csv"))
    assert min(overlaps().values()) > 0
    take("plots", sheet_file(tmp_path, "plots", rows[1] | {"geometry": None}, name="d.csv"))
    assert overlaps() == {"PL-1": 0, "PL-2": None}


def test_a_change_that_is_not_of_the_land_keeps_the_overlap(tmp_path):
    base(2)
    rows = [{"geometry": square(0)}, {"code": "PL-2", "participant": "P-2", "geometry": square(0.5)}]
    take("plots", sheet_file(tmp_path, "plots", *rows))
    before = overlaps()
    done = take("plots", sheet_file(tmp_path, "plots", rows[0] | {"tenure": "lease"}, rows[1], name="b.csv"))
    assert (done.updated, done.unchanged) == (1, 1)
    assert overlaps() == before


@pytest.mark.parametrize("whole_from", [0, 1_000_000], ids=["all plots read", "neighbours sought"])
@pytest.mark.parametrize("seed", range(4))
def test_file_by_file_the_overlaps_are_those_of_all_plots_at_once(tmp_path, monkeypatch, seed, whole_from):
    monkeypatch.setattr("ceiba.registry.services.overlaps.WHOLE_FROM", whole_from)
    base(4)
    draw = random.Random(seed)  # noqa: S311 - a layout, not a secret
    for batch in range(6):
        rows = [
            {
                "code": f"PL-{number}",
                "participant": f"P-{draw.randint(1, 4)}",
                "geometry": draw.choice(
                    [None, *[square(draw.uniform(0, 4), draw.uniform(0, 3)) for _ in range(6)]]
                ),
            }
            for number in draw.sample(range(18), 6)
        ]
        take("plots", sheet_file(tmp_path, "plots", *rows, name=f"{batch}.csv"))
        plots = list(Plot.objects.exclude(geometry=None).order_by("code"))
        geoms = np.array([shapely.from_wkb(bytes(plot.geometry)) for plot in plots], dtype=object)
        wanted = overlap_m2(geoms, np.array([plot.participant_id for plot in plots]))
        assert {p.code: p.overlap_m2 for p in plots} == dict(
            zip([p.code for p in plots], wanted.tolist(), strict=True)
        )
        assert not Plot.objects.filter(geometry=None).exclude(overlap_m2=None).exists()


def test_a_plot_far_from_its_municipality_is_refused_and_one_a_little_off_is_shown(tmp_path):
    base(1)
    east = (-91.4 - WEST) / SIDE  # the border of GT-0901
    at_the_border = sheet_file(
        tmp_path, "plots", {"geometry": square(east + 10)}, name="a.csv"
    )  # 1 km over it
    assert look("plots", at_the_border).warnings == ()
    a_little_off = sheet_file(tmp_path, "plots", {"geometry": square(east + 80)}, name="b.csv")
    (warning,) = look("plots", a_little_off).warnings
    assert (warning.code, warning.where.row) == ("import.plot_outside", 1)
    assert "a 9 km" in warning.text("es")
    far = sheet_file(tmp_path, "plots", {"geometry": square(east + 500)}, name="c.csv")
    assert refused("plots", far) == [(1, "geometry", "import.plot_far")]


def test_faults_of_polygons_name_the_row_and_the_column_of_the_file(tmp_path):
    base(1)
    bow = "POLYGON((-91.5 14.8, -91.49 14.81, -91.49 14.8, -91.5 14.81, -91.5 14.8))"
    swapped = "POLYGON((14.8 -91.5, 14.8 -91.49, 14.81 -91.49, 14.8 -91.5))"
    path = sheet_file(
        tmp_path,
        "plots",
        {"geometry": square(0)},
        {"code": "PL-2", "geometry": bow},
        {"code": "PL-3", "geometry": swapped},
    )
    assert refused("plots", path) == [
        (2, "geometry", "geometry.invalid"),
        (3, "geometry", "geometry.swapped"),
    ]
    text = look("plots", path).problems[0].text("es")
    assert text.startswith("plots.csv, fila 2, columna geometry: El lindero se cruza")
