"""An office gives a technician an account and a phone; what the phone reads off the screen works until revoked."""

import io
import json
import urllib.error
import urllib.request
import zlib
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from ceiba.accounts.models import User
from ceiba.devices.models import Device
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus
from tests.journeys.test_refused_participant import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Any]


def scanned(page: Any) -> str:
    """What a camera that looks at the page reads."""
    pixels = Image.open(io.BytesIO(page.locator("#qr").screenshot()))
    (code,) = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


def answer_to_head(address: str) -> int:
    """How a server answers the question with which ODK Collect begins to send."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_phone_is_given_set_up_and_taken_away(made: World, visit: Visit, live_server: Any) -> None:
    page = visit(1280, 800)
    sign_in(page, "office")
    page.click(".places >> text=Aparatos")
    page.wait_for_selector("h1:has-text('El personal técnico y sus aparatos')")
    check(page)
    check_focus(page)
    page.fill("#q", "T-P-GT-1304")
    page.keyboard.press("Enter")
    page.click("tbody a >> nth=0")
    page.wait_for_selector("h2:has-text('Agregar un teléfono')")
    check(page)

    page.fill("#name", "Motorola azul")
    page.dblclick("button:has-text('Agregar el teléfono')")  # what is touched twice is sent once
    page.wait_for_selector("#qr")
    check(page)
    check_focus(page)
    told = json.loads(zlib.decompress(b64decode(scanned(page))))
    server_url = told["general"]["server_url"]
    assert server_url.startswith(f"{live_server.url}/field/key/")
    assert server_url == page.inner_text("#server-url")
    assert told["project"]["name"] == "Ceiba T-P-GT-1304"
    assert answer_to_head(f"{server_url}/submission") == 204
    assert answer_to_head(f"{server_url}x/submission") == 401
    assert Device.objects.count() == 1

    page.click("text=Listo")
    page.wait_for_selector("h2:has-text('Teléfonos y navegadores')")
    assert told["general"]["server_url"].split("/")[-1] not in page.content()
    page.click("tbody >> text=Retirar")
    page.wait_for_selector("h1:has-text('¿Retirar Motorola azul?')")
    check(page)
    page.click("button:has-text('Retirarlo')")
    page.wait_for_selector("text=Motorola azul quedó retirado.")
    check(page)
    assert answer_to_head(f"{server_url}/submission") == 401


def test_a_technician_is_invited_and_sets_a_phone_up_alone(made: World, visit: Visit) -> None:
    office = visit(1280, 800)
    sign_in(office, "office")
    office.goto("/devices/?q=T-S-GT-1304")
    office.click("tbody a >> nth=0")
    office.click("button:has-text('Crear la cuenta')")
    office.wait_for_selector("#qr")
    check(office)
    invitation = scanned(office)
    assert invitation == office.inner_text("#invitation")

    phone = visit(360, 740)
    phone.goto(invitation)
    phone.wait_for_selector("#id_new_password1")
    check(phone)
    phone.fill("#id_new_password1", PASSWORD)
    phone.fill("#id_new_password2", PASSWORD)
    phone.keyboard.press("Enter")
    phone.wait_for_selector("#id_username")
    phone.fill("#id_username", User.objects.get(code="T-S-GT-1304").username)
    phone.fill("#id_password", PASSWORD)
    phone.keyboard.press("Enter")
    phone.wait_for_selector("[data-menu]")
    phone.click("[data-menu]")
    phone.click(".places >> text=Mis aparatos")
    phone.wait_for_selector("h2:has-text('Cómo se prepara un teléfono')")
    check(phone)
    assert phone.locator("main a[href='/fill/']").count() == 1, "the same forms in the browser"
    phone.fill("#name", "el mío")
    phone.click("button:has-text('Agregar el teléfono')")
    phone.wait_for_selector("#qr")
    check(phone)
    server_url = json.loads(zlib.decompress(b64decode(scanned(phone))))["general"]["server_url"]
    assert answer_to_head(f"{server_url}/submission") == 204
    phone.click("text=Listo")
    phone.click("tbody >> text=Retirar")
    phone.wait_for_selector("h1:has-text('¿Retirar el mío?')")
    check(phone)
    phone.click("button:has-text('Retirarlo')")
    phone.wait_for_selector("text=el mío quedó retirado.")
    assert answer_to_head(f"{server_url}/submission") == 401
