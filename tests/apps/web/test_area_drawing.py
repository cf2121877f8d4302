"""The small map of areas: in place, in the right shade, leading one step down, and of the scope alone."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.pages.area_drawing import HEIGHT_MAX, WIDTH, Shaded, area_drawing, share_class
from tests.factories import World

SignIn = Callable[[str], Client]


@pytest.mark.parametrize(
    ("percent", "shade"), [(None, 0), (0, 1), (59, 1), (60, 2), (75, 3), (85, 4), (94, 4), (95, 5), (100, 5)]
)
def test_shades(percent: int | None, shade: int) -> None:
    assert share_class(percent) == shade


def test_areas_lie_within_the_drawing_on_the_ground_around_them(made: World) -> None:
    drawing = area_drawing([Shaded("GT-1301", 90, "Huehuetenango", "/?area=GT-1301")], ["GT-1304", "GT-1301"])
    assert drawing is not None
    ground, area = drawing.patches
    assert (ground.css, area.css) == ("choro-0", "choro-4")
    assert area.href == "/?area=GT-1301"
    numbers = [float(n) for patch in drawing.patches for n in re.findall(r"[\d.]+", patch.path)]
    assert min(numbers) >= 0
    assert max(numbers) <= max(WIDTH, HEIGHT_MAX)
    assert drawing.height <= HEIGHT_MAX


def test_areas_without_a_shape_are_not_drawn(made: World) -> None:
    assert area_drawing([Shaded("XX", 90, "", "")], []) is None
    assert area_drawing([], ["GT-1301"]) is None


@pytest.mark.parametrize("role", [Role.OFFICE, Role.FUNDER, Role.TECHNICIAN])
def test_the_map_of_the_month_shows_people_of_the_scope_only(made: World, as_role: SignIn, role: str) -> None:
    glance = as_role(role).get("/").context["glance"]
    assert glance.drawing is not None
    assert not any("Lempira" in patch.hint for patch in glance.drawing.patches)
    assert any("Cuilco" in p.hint or "Huehuetenango" in p.hint for p in glance.drawing.patches)
