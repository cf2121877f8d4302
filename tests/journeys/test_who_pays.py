"""One of an office says who pays, on a telephone; another confirms it on a desk; the funder sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from ceiba.accounts.models import Role, User
from ceiba.funding.models import Disbursement, Division
from ceiba.funding.selectors import standing
from tests.apps.funding.helpers import BANK, EVERYWHERE, Office
from tests.apps.funding.paying import pay
from tests.factories import World, user_make
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus
from tests.journeys.test_refused_participant import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Any]


@pytest.fixture
def office(made: World) -> Office:
    """Two agreements that promised money; nothing has arrived, nothing is divided."""
    office = Office()
    for user in (office.ana, office.berta):
        _open(user)
    for agreement in office.two_funders():
        office.accepted("commitment", agreement, amount_minor=4_000_000)
    return office


def _open(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()


def test_in_spanish_entered_confirmed_and_seen(made: World, office: Office, visit: Visit) -> None:
    ana = visit(360, 740)
    sign_in(ana, "ana")
    shares_are_entered(ana)
    money_is_entered(ana)
    ana.goto("/funding/")
    ana.click("a:has-text('Reparto') >> nth=0")
    assert "otra persona lo confirma" in ana.inner_text("#decision >> xpath=ancestor::section")
    check(ana)

    berta = visit(1280, 900)
    sign_in(berta, "berta")
    for kind in ("Reparto", "Desembolso"):
        berta.goto("/funding/")
        check(berta)
        berta.click(f"table a:has-text('{kind}')")
        check(berta)
        berta.click("button:has-text('Confirmar')")
        berta.wait_for_selector(".message.success:has-text('Confirmado')")
    assert standing(Division).get().shares.count() == 2
    assert standing(Disbursement).get().amount_minor == 3_000_000
    assert "30,000" in berta.inner_text("section.sheet")

    people = made.people_in("GT-13")
    for person in people:
        pay("US-1", 15_000, person.pk)
    the_funder_sees_results(visit, made)


def shares_are_entered(page: Any) -> None:
    page.goto("/funding/")
    check(page)
    page.click("a:has-text('Anotar un reparto')")
    check(page)
    check_focus(page)
    page.select_option("#id_area", "GT-13")
    page.fill("#id_from_month", "2026-01")
    page.fill("#id_until_month", "2027-12")
    page.fill("#id_share-US-1", "60")
    page.fill("#id_share-MX-1", "40")
    page.click("button:has-text('Anotar')")
    page.wait_for_selector(".message.success:has-text('Anotado')")


def money_is_entered(page: Any) -> None:
    page.click("a:has-text('Convenio US-1')")
    page.wait_for_selector("blockquote:has-text('Se aportarán')")
    check(page)
    page.get_by_role("link", name="Anotar un desembolso", exact=True).click()
    check(page)
    assert page.input_value("#id_agreement") == "US-1"
    page.fill("#id_amount", "30000")
    page.fill("#id_value_date", "2026-01-15")
    page.select_option("#id_bank_account", BANK)
    page.fill("#id_reference", "REF-1")
    page.click("button:has-text('Anotar')")
    page.wait_for_selector(".message.success:has-text('Anotado')")


def the_funder_sees_results(visit: Visit, made: World) -> None:
    _open(user_make("agencia", Role.FUNDER, areas=EVERYWHERE, code="US"))
    for width, height in ((1280, 900), (360, 740)):
        page = visit(width, height)
        sign_in(page, "agencia")
        page.goto("/reports/")
        check(page)
        page.click("a:has-text('Convenio US-1')")
        page.wait_for_selector("h2:has-text('El camino del dinero')")
        check(page)
        page.click("a:has-text('Huehuetenango')")
        page.wait_for_selector("h1:has-text('Huehuetenango')")
        check(page)
        assert "150.00" in page.inner_text("table")
        assert not [person.code for person in made.people if person.code in page.content()]
