"""An account is proposed, confirmed by somebody else, replaced, and objected to by the person themselves."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ceiba.payees.models import PayeeAccount
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus

pytestmark = pytest.mark.browser
SIZES = [(360, 740), (1280, 900)]


def enter(page: Any, made: World, role: str, address: str) -> None:
    """Go to an address as somebody of a role."""
    page.context.clear_cookies()
    page.goto(address)
    page.fill("[name=username]", made.users[role].username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"**{address}")
    check(page)
    picture(page, f"{role}{address}")


def picture(page: Any, name: str) -> None:
    """A picture to look at, for whoever asks for them."""
    if folder := os.environ.get("CEIBA_PICTURES"):
        width = page.viewport_size["width"]
        page.screenshot(path=Path(folder) / f"{name.replace('/', '_')}-{width}.png", full_page=True)


def propose(page: Any, code: str, number: str, cause: str) -> None:
    page.click("text=Proponer una cuenta")
    check(page)
    page.select_option("#scheme", "phone")
    page.fill("#number", number)
    page.select_option("#cause", cause)
    page.fill("#document", "Carta 14, carpeta 3")
    picture(page, "form")
    page.click("main form button")
    page.wait_for_selector("text=Propuesta. La tesorería la confirma.")
    check(page)


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_an_account_is_proposed_confirmed_replaced_and_objected_to(
    made: World, visit: Callable[..., Any], width: int, height: int
) -> None:
    page, code = visit(width, height), made.people[0].code
    enter(page, made, "office", f"/payees/person/{code}/")
    propose(page, code, "+502 5555 0000", "first")

    enter(page, made, "treasury", "/payees/")
    check_focus(page)
    page.check(f"[name=account][value='{PayeeAccount.objects.get().pk}']")
    page.click("text=Confirmar lo marcado")
    page.wait_for_selector("text=Se confirmó 1 cuenta.")
    check(page)

    enter(page, made, "payments", f"/payees/person/{code}/")
    propose(page, code, "+502 5555 0099", "asked")
    enter(page, made, "treasury", f"/payees/person/{code}/")
    page.click("text=Confirmar la cuenta")
    page.wait_for_selector("text=En reposo")
    check(page)
    picture(page, "resting")

    enter(page, made, "participant", "/payees/mine/")
    newest = page.locator("section.sheet").first
    newest.locator("text=No fui yo").first.click()
    check(page)
    picture(page, "objecting")
    newest.locator("button").click()
    page.wait_for_selector("text=La cuenta quedó congelada")
    check(page)
    picture(page, "frozen")
    accounts = PayeeAccount.objects.order_by("pk")
    assert [(account.state, account.usable_until is None) for account in accounts] == [
        ("confirmed", True),
        ("frozen", False),
    ]
    page.goto(f"/people/{code}/")
    assert page.locator("text=Dónde se le paga").count() == 1
    check(page)
    picture(page, "own-page")

    enter(page, made, "treasury", "/payees/?standing=frozen")
    enter(page, made, "office", "/payees/files/")
