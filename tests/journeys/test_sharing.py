"""Somebody shares their record with a consulate, sees that it looked, and stops: then it sees nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ceiba.accounts.models import Role
from ceiba.pathway.services import recipient_register
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Any]


def sign_in(page: Any, name: str, lands_on: str) -> None:
    page.goto("/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lands_on)


def test_consent_look_withdrawal(made: World, visit: Visit) -> None:
    recipient_register(
        code=made.users[Role.CONSULAR].code, kind="consulate", name="Consulado de muestra", country="US",
        by=made.users[Role.OFFICE], now=timezone.now(),
    )  # fmt: skip
    person = made.people[0]
    own = visit(360, 740)
    sign_in(own, "participant", f"**/people/{person.code}/")
    own.goto("/pathway/mine/")
    check(own)
    assert "Nadie ha mirado" in own.inner_text("#looks >> xpath=ancestor::section")
    own.select_option("#id_stage", "ca:seasonal_visa")
    own.check("#part-plots")
    own.fill("#until", (timezone.now().date() + timedelta(days=60)).isoformat())
    own.click("button:has-text('De acuerdo')")
    own.wait_for_selector(".message.success")
    check(own)
    shared = own.inner_text("#live >> xpath=ancestor::section")
    assert "Consulado de muestra" in shared
    assert "propuesta sin base legal" in shared.lower()

    officer = visit(1280, 800)
    sign_in(officer, "consular", "**/pathway/shared/")
    check(officer)
    assert person.family_names not in officer.inner_text("main")
    officer.fill("#code", person.code)
    officer.click("button:has-text('Abrir el expediente')")
    officer.wait_for_selector("#plots")
    assert person.family_names in officer.inner_text("h1")
    assert "2.34" in officer.inner_text("#plots >> xpath=ancestor::section")
    assert officer.locator("#contact").count() == 0
    check(officer)

    own.reload()
    looked = own.inner_text("#looks >> xpath=ancestor::section")
    assert "Consulado de muestra" in looked
    assert "consular" in looked
    own.click("button:has-text('Dejar de compartir')")
    own.wait_for_selector("text=Nadie fuera del programa puede ver algo")
    check(own)

    assert officer.request.get(f"/pathway/shared/{person.code}/").status == 404
    officer.goto("/pathway/shared/")
    assert officer.locator("#people >> xpath=ancestor::section >> table").count() == 0
    own.reload()
    assert own.locator("#looks >> xpath=ancestor::section >> tbody tr").count() == 1, (
        "the refused one is no look"
    )
