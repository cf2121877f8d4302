"""The office finds somebody who was refused and reads why: on a telephone in Spanish, on a desk in English."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from ceiba.core.rules.rulebook import Rule
from ceiba.rulebook.selectors import rulebook_of
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Any]


def sign_in(page: Any, name: str) -> None:
    page.goto("/")
    page.wait_for_selector("#id_username")
    check(page)
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".places", state="attached")


def rule_of(made: World, name: str) -> Rule:
    return next(rule for rule in rulebook_of(made.version).rules if rule.id == name)


def test_in_spanish_on_a_telephone(made: World, visit: Visit) -> None:
    refused = next(p for p in made.people_in("GT") if p.code == "CA-000020")
    rule = rule_of(made, "person.sanctions")
    page = visit(360, 740)
    sign_in(page, "office")
    assert page.inner_text("h1").startswith("Octubre de 2026")
    check(page)
    check_focus(page)

    page.goto("/people/")
    page.type("#q", refused.family_names.lower(), delay=20)
    page.wait_for_selector(f"#results >> text={refused.code}")
    hit = page.locator("li", has_text=refused.code)
    assert "Rechazado" in hit.inner_text()
    check(page)
    hit.locator("a").click()

    page.wait_for_selector(f"h1:has-text('{refused.family_names}')")
    check(page)
    page.click(f"a.cell[href='/people/{refused.code}/2026-10/']")
    page.wait_for_selector("#month h2")
    told = page.inner_text("#month")
    assert "Octubre de 2026" in told
    assert "Rechazado" in told
    assert rule.message["es"] in told
    assert "Supuesto, sin base legal establecida" in told
    assert "1 sanción" in told
    assert page.url.endswith(f"/people/{refused.code}/2026-10/"), "the month has its own address"
    check(page)

    page.click("#month >> text=evidencia >> nth=0")
    page.wait_for_selector("h1:has-text('Sanciones vigentes')")
    check(page)
    page.go_back()
    page.wait_for_selector("#month h2")
    page.reload()
    assert rule.message["es"] in page.inner_text("#month")
    check(page)


def test_in_english_on_a_desk(made: World, visit: Visit) -> None:
    rule = rule_of(made, "person.sanctions")
    page = visit(1280, 800)
    sign_in(page, "office")
    page.click("button:has-text('English')")
    page.wait_for_selector("text=Sign out")
    assert page.inner_text("h1") == "October 2026"
    check(page)
    check_focus(page)

    page.click(f"#reasons >> xpath=ancestor::section >> text={rule.title['en']}")
    page.wait_for_selector(f"h1:has-text('{rule.title['en']}')")
    check(page)
    page.click(".people a >> nth=0")
    page.wait_for_selector("#month h2")
    told = page.inner_text("#month")
    assert "October 2026" in told
    assert "Refused" in told
    assert rule.message["en"] in told
    assert re.search(r"Sanctions in force\s+1 sanction", told)
    assert "Decided again just now from the same facts and rules: the same result." in told
    check(page)
    for address in ("/map/", "/record/", "/payments/", "/rules/ca/", "/people/CA-000001/"):
        page.goto(address)
        check(page)


def test_a_participant_reads_the_own_months_and_nobody_elses(made: World, visit: Visit) -> None:
    page = visit(360, 740)
    sign_in(page, "participant")
    assert page.url.endswith(f"/people/{made.people[0].code}/")
    check(page)
    assert page.locator("#top-q").count() == 0
    page.locator("a.cell").first.click()
    page.wait_for_selector("#month h2")
    check(page)
    assert "no otorga derecho alguno" in page.inner_text("footer")


def test_the_map_draws_areas_and_plots(made: World, visit: Visit) -> None:
    page = visit(1280, 800)
    sign_in(page, "office")
    tiles: list[str] = []
    page.on("response", lambda response: tiles.append(response.url) if ".mvt" in response.url else None)
    page.goto("/map/")
    page.wait_for_selector("#map[data-ready=true]")
    assert page.is_hidden("#map-missing")
    assert tiles
    check(page)


def test_pages_work_without_scripts(made: World, chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    page.fill("#id_username", "office")
    page.fill("#id_password", PASSWORD)
    page.click("form.sheet button")
    page.wait_for_selector(".places")
    page.fill("#top-q", "CA-000020")
    page.click(".top-search button")
    page.wait_for_selector("text=CA-000020")
    page.click(".people a >> nth=0")
    page.click("a.cell >> nth=1")
    page.wait_for_selector("#month h2")
    context.close()
