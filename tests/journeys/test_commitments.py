"""A report of a meeting is pasted and gone through, and a second person lets what it promises into the register."""

from collections.abc import Callable
from typing import Any

import pytest

from ceiba.accounts.models import Role
from ceiba.commitments.models import Decision, Entry
from ceiba.commitments.services import party_record
from tests.factories import World, user_make
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus

pytestmark = pytest.mark.browser
SIZES = [(360, 740), (1280, 900)]
REPORT = (
    "El 7 de mayo de 2021 Estados Unidos anunció ayuda humanitaria por 310 millones de dólares para la región. "
    "Estados Unidos compartirá 2.7 millones de dosis con México. Ambos gobiernos acordaron una alianza "
    "estratégica sobre "
    "empleo, acceso a mercados, deforestación y clima, y un esfuerzo contra el contrabando y la trata. México "
    "propuso un "
    "esquema de visas temporales de trabajo para quienes siembren; Estados Unidos no respondió. "
    "México podría considerar otro apoyo."
)


def signed_in(page: Any, username: str) -> None:
    page.goto("/commitments/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/commitments/")


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_a_report_becomes_commitments_by_two_people(
    made: World, visit: Callable[..., Any], width: int, height: int
) -> None:
    office = made.users["office"]
    second = user_make("segunda", Role.OFFICE, password=PASSWORD)
    for country, es, en, *aliases in (
        ("MX", "Gobierno de México", "Government of Mexico", "México"),
        ("US", "Gobierno de Estados Unidos", "Government of the United States", "Estados Unidos"),
    ):
        party_record(
            kind="government", country=country, name_es=es, name_en=en, aliases=aliases, actor=office
        )

    page = visit(width, height)
    signed_in(page, office.username)
    check(page)
    page.click("text=Pegar un texto")
    check(page)
    check_focus(page)
    page.fill("#id_title", "Se reunieron las vicepresidencias")
    page.fill("#id_published_on", "2021-05-08")
    page.fill("#id_text", REPORT)
    page.click("text=Guardar y leer")
    page.wait_for_selector("text=6 por revisar")
    check(page)
    assert Entry.objects.count() == 0

    page.click(".candidate >> nth=0 >> text=Revisar y registrar")
    check(page)
    assert page.input_value("#id_quantity") == "310,000,000"
    assert page.input_value("#id_said_on") == "2021-05-07"
    assert page.input_value("#id_receiver") == ""
    page.fill("#id_subject_en", "Humanitarian aid for the region")
    page.click("main form.sheet button")
    page.wait_for_selector("text=5 por revisar")
    page.click(".candidate >> nth=3 >> text=No lo es")
    page.wait_for_selector("text=4 por revisar")
    page.click("text=Por confirmar")
    check(page)
    page.click("text=310 millones")
    check(page)
    assert page.locator("text=lo confirma otra persona").count() == 1
    assert page.locator("button:has-text('Confirmar')").count() == 0

    other = visit(width, height)
    signed_in(other, second.username)
    other.click("text=Por confirmar (1)")
    other.click("text=310 millones")
    assert other.locator("mark").inner_text().startswith("El 7 de mayo de 2021 Estados Unidos anunció")
    check(other)
    other.click("button:has-text('Confirmar')")
    other.wait_for_selector("text=No hay nada por confirmar")
    other.click("nav >> text=Registro")
    check(other)
    other.click("text=310 millones")
    other.wait_for_selector("text=Abierto")
    check(other)
    assert Decision.objects.get().by == second
