"""An office decides what a phone proposes: a walk becomes the outline, somebody new is refused with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.utils import timezone

from ceiba.entities.models import Entity, Proposal
from ceiba.entities.services import entities_refresh
from ceiba.registry.models import Plot
from tests.apps.entities.sending import creation, send, update
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus

pytestmark = pytest.mark.browser
SIZES = [(360, 740), (1280, 900)]


def geoshape(shape: shapely.Geometry, aside: float) -> str:
    """The outline as a phone that walks a little aside of it writes it."""
    return ";".join(f"{lat} {lon + aside} 1500 4" for lon, lat in shape.exterior.coords)


def proposed(made: World) -> Plot:
    """A walk and an enrolment by the technician of Cuilco; the plot that was walked."""
    now = timezone.now()
    entities_refresh(today=now.date())
    sender, seen = made.users["technician"], now - timedelta(hours=3)
    plot = made.people_in("GT-1304")[0].plots.get()
    entity = Entity.objects.get(list_name="plots", row=plot.pk)
    walked = {"geometry": geoshape(plot.shape, 0.0003), "measured_ha": "2.31"}
    new = {"code": "GT0000123", "group": plot.participant.group.code}
    send(update(entity, sender, 1, observed_at=seen, values=walked), now=now)
    send(creation(sender, 2, observed_at=seen, label="Ana Ixcoy Tum", values=new), now=now)
    return plot


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_a_walk_becomes_the_outline_and_a_refusal_has_its_reason(
    made: World, visit: Callable[..., Any], width: int, height: int
) -> None:
    plot, page = proposed(made), visit(width, height)
    before = plot.west
    page.goto("/entities/")
    page.fill("[name=username]", made.users["office"].username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/entities/")
    check(page)
    check_focus(page)
    page.click(f"text={plot.code}")
    check(page)
    assert page.locator(".plot-1").count() == page.locator(".plot-2").count() == 1
    page.click("text=Aceptar el cambio")
    page.wait_for_selector("text=Aceptado.")
    check(page)
    plot.refresh_from_db()
    assert plot.west == pytest.approx((before or 0) + 0.0003)

    page.click("text=Ana Ixcoy Tum")
    check(page)
    page.fill("#why", "Tiene menos de 18 años.")
    page.click("text=Rechazar el cambio")
    page.wait_for_selector("text=No hay nada por decidir")
    page.click("text=Rechazados")
    page.click("text=Ana Ixcoy Tum")
    assert page.locator("text=Tiene menos de 18 años.").count() == 1
    assert Proposal.objects.filter(state="open").count() == 0
