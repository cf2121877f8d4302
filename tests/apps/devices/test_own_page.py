"""A technician's own devices: nobody else's are reached, a lost phone is taken away."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.devices.models import Device, DeviceKind
from ceiba.devices.services import device_make
from ceiba.registry.models import Technician
from tests.apps.devices.test_office_pages import key_on, sends

SignIn = Callable[[str], Client]
TECHNICIAN = Role.TECHNICIAN
MINE = reverse("devices:mine")
ADD = reverse("devices:own_phone")


@pytest.mark.parametrize("role", ["", *(role for role in Role.values if role != TECHNICIAN)])
def test_only_technicians_have_devices(as_role: SignIn, role: str) -> None:
    expected = 403 if role else 302
    for address in (MINE, ADD, reverse("devices:own_revoke", args=[1])):
        assert as_role(role).get(address).status_code == expected
        assert as_role(role).post(address, {"name": "azul"}).status_code == expected
    assert not Device.objects.exists()


def test_nobody_reaches_the_phone_of_another(as_role: SignIn, far: Technician) -> None:
    other = device_make(user=User.objects.get(code=far.code), kind=DeviceKind.PHONE, name="ajeno", by=None)
    client = as_role(TECHNICIAN)
    address = reverse("devices:own_revoke", args=[other.device.pk])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert sends(other.key) == 204
    assert "ajeno" not in client.get(MINE).content.decode()


def test_a_technician_makes_a_phone_and_takes_it_away(as_role: SignIn, users: dict[str, User]) -> None:
    client = as_role(TECHNICIAN)
    assert client.get(ADD).status_code == 302
    made = client.post(ADD, {"name": "azul"})
    assert "no-store" in made["Cache-Control"]
    key = key_on(made.content.decode())
    assert sends(key) == 204
    device = Device.objects.get()
    assert (device.user, device.made_by) == (users[TECHNICIAN], users[TECHNICIAN])
    again = client.post(ADD, {"name": "azul"})
    assert again.status_code == 422
    assert key not in again.content.decode()

    revoke = reverse("devices:own_revoke", args=[device.pk])
    assert client.get(revoke).status_code == 200
    assert sends(key) == 204
    assert client.post(revoke).status_code == 302
    assert sends(key) == 401
    assert client.post(revoke).status_code == 404
    assert "Retirado" in client.get(MINE).content.decode()
    assert Event.objects.get(action="device.revoked").actor == users[TECHNICIAN]


def test_a_browser_is_told_by_its_day_and_not_by_its_number(as_role: SignIn, users: dict[str, User]) -> None:
    number = "0b54a1f2-5a3e-4c59-9a53-0d8d7a2c4f11"
    device_make(user=users[TECHNICIAN], kind=DeviceKind.BROWSER, name=number, by=None)
    Device.objects.update(made_at=datetime(2026, 11, 3, 15, tzinfo=UTC))
    client, revoke = as_role(TECHNICIAN), reverse("devices:own_revoke", args=[Device.objects.get().pk])
    for page in (client.get(MINE), client.get(revoke), client.post(revoke, follow=True)):
        shown = re.sub(r"<[^>]*>", " ", page.content.decode())  # what is read, not what scripts look for
        assert "Navegador del 3 nov 2026" in shown
        assert number not in shown


def test_what_the_office_made_is_there_with_its_name(as_role: SignIn, users: dict[str, User]) -> None:
    device_make(user=users[TECHNICIAN], kind=DeviceKind.PHONE, name="azul", by=users[Role.OFFICE])
    page = as_role(TECHNICIAN).get(MINE).content.decode()
    assert "azul" in page
    assert users[Role.OFFICE].username in page
