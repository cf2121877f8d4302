"""The office gives technicians accounts and phones; who may not, and who is outside its areas, comes first."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import scope_of
from ceiba.accounts.services import scope_set
from ceiba.audit.models import Event
from ceiba.devices.models import Device, DeviceKind
from ceiba.devices.selectors import PAGE_ROWS, devices_of_technician, technicians_page
from ceiba.devices.services import Made, device_make
from ceiba.registry.models import Area, Group, Technician

SignIn = Callable[[str], Client]
OFFICE, AUDITOR, TECHNICIAN, SUPERVISOR = Role.OFFICE, Role.AUDITOR, Role.TECHNICIAN, Role.SUPERVISOR
ROLES = tuple(Role.values)
READ, WRITTEN, ASKED = ("technician",), ("account", "invitation", "phone", "open"), ("close", "revoke")


@pytest.fixture
def made(users: dict[str, User], near: Technician) -> Made:
    return device_make(user=users[TECHNICIAN], kind=DeviceKind.PHONE, name="azul", by=users[OFFICE])


def address(name: str, technician: Technician, device: Device | None = None) -> str:
    more = [device.pk if device else 0] if name == "revoke" else []
    return reverse(f"devices:{name}", args=[technician.pk, *more])


def sends(key: str) -> int:
    return Client().head(f"/field/key/{key}/submission").status_code


def key_on(page: str) -> str:
    found = re.search(r'id="device-key">([^<]+)<', page)
    assert found
    return found[1]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [*READ, *WRITTEN, *ASKED])
def test_each_role_passes_where_the_matrix_says(
    as_role: SignIn, near: Technician, made: Made, name: str, role: str
) -> None:
    reads = {"technician": {OFFICE, AUDITOR, SUPERVISOR}, "revoke": {OFFICE, SUPERVISOR}}.get(name, {OFFICE})
    passes = 302 if name in WRITTEN else 200
    expected = passes if role in reads else 403
    assert as_role(role).get(address(name, near, made.device)).status_code == expected
    if role not in reads:
        assert as_role(role).post(address(name, near, made.device), {"name": "x"}).status_code == 403
    assert Device.objects.get().revoked_at is None
    assert User.objects.get(username=TECHNICIAN).is_active


@pytest.mark.parametrize("role", ["", *ROLES])
def test_the_list_is_for_offices_auditors_and_supervisors(as_role: SignIn, role: str) -> None:
    expected = 302 if role == "" else 200 if role in (OFFICE, AUDITOR, SUPERVISOR) else 403
    assert as_role(role).get(reverse("devices:technicians")).status_code == expected


@pytest.mark.parametrize("name", [*READ, *WRITTEN, *ASKED])
@pytest.mark.parametrize("role", [OFFICE, SUPERVISOR])
def test_nobody_reaches_a_technician_outside(as_role: SignIn, far: Technician, name: str, role: str) -> None:
    device = device_make(
        user=User.objects.get(code=far.code), kind=DeviceKind.PHONE, name="lejos", by=None
    ).device
    client = as_role(role)
    expected = 404 if role == OFFICE or name in ("technician", "revoke") else 403
    assert client.get(address(name, far, device)).status_code == expected
    assert client.post(address(name, far, device), {"name": "x", "username": "x"}).status_code == expected
    assert Device.objects.get().revoked_at is None
    assert not Event.objects.filter(actor__role=role).exists()


def test_the_list_ends_where_the_scope_does(
    as_role: SignIn, near: Technician, far: Technician, users: dict[str, User]
) -> None:
    def listed(role: str, **asked: str) -> set[str]:
        rows = as_role(role).get(reverse("devices:technicians"), asked).context["page"].rows
        return {row.technician.code for row in rows}

    assert far.code not in listed(OFFICE)
    assert near.code in listed(OFFICE)
    assert listed(OFFICE, q=far.code) == set()
    assert listed(OFFICE, after=far.code) == listed(OFFICE), "whoever is outside is no place to go on from"
    scope_set(user=users[AUDITOR], areas=[])
    assert listed(AUDITOR) == set()


def test_groups_in_the_area_bring_their_technician_in(as_role: SignIn, far: Technician) -> None:
    Group.objects.create(
        code="CAC-1", name="La Esperanza", area=Area.objects.get(code="GT-1304"), technician_social=far
    )
    assert as_role(OFFICE).get(address("technician", far)).status_code == 200


def test_a_device_is_reached_under_its_own_technician_only(
    as_role: SignIn, without_account: Technician, made: Made
) -> None:
    assert as_role(OFFICE).post(address("revoke", without_account, made.device)).status_code == 404
    assert sends(made.key) == 204


def test_a_phone_needs_an_account_that_is_open(
    as_role: SignIn, without_account: Technician, near: Technician
) -> None:
    assert as_role(OFFICE).post(address("phone", without_account), {"name": "azul"}).status_code == 404
    User.objects.filter(code=near.code).update(is_active=False)
    assert as_role(OFFICE).post(address("phone", near), {"name": "azul"}).status_code == 404
    assert not Device.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "a\0b", "x" * 81])
def test_a_phone_needs_a_name(as_role: SignIn, near: Technician, name: str) -> None:
    answer = as_role(OFFICE).post(address("phone", near), {"name": name})
    assert answer.status_code == 422
    assert "Escriba cómo se llama el aparato" in answer.content.decode()
    assert not Device.objects.exists()


def test_a_key_is_shown_once_and_works(as_role: SignIn, near: Technician, users: dict[str, User]) -> None:
    client = as_role(OFFICE)
    answer = client.post(address("phone", near), {"name": " Motorola  azul "})
    page = answer.content.decode()
    key = key_on(page)
    assert "no-store" in answer["Cache-Control"]
    assert "data:image/svg+xml" in page
    assert f"http://testserver/field/key/{key}" in page
    assert sends(key) == 204
    device = Device.objects.get()
    assert (device.name, device.user, device.made_by) == (
        "Motorola azul",
        users[TECHNICIAN],
        users[OFFICE],
    )
    event = Event.objects.get(action="device.made")
    assert event.actor == users[OFFICE]
    assert key not in str(event.detail)

    again = client.post(address("phone", near), {"name": "Motorola azul"})  # the page loaded anew
    assert again.status_code == 422
    assert "su clave se mostró una sola vez" in again.content.decode()
    assert Device.objects.count() == 1
    for shown in (again, client.get(address("technician", near)), client.get(reverse("devices:technicians"))):
        assert key not in shown.content.decode()


def test_over_https_the_address_is_so_too(as_role: SignIn, near: Technician, settings: Any) -> None:
    client = as_role(OFFICE)
    page = client.post(address("phone", near), {"name": "azul"}, secure=True).content.decode()
    assert f"https://testserver/field/key/{key_on(page)}" in page
    assert "no tiene https" not in page
    assert "no tiene https" in client.post(address("phone", near), {"name": "rojo"}).content.decode()


def test_a_revoked_phone_sends_nothing_more(
    as_role: SignIn, near: Technician, made: Made, users: dict[str, User]
) -> None:
    client = as_role(OFFICE)
    assert client.get(address("revoke", near, made.device)).status_code == 200
    assert sends(made.key) == 204, "looking at the question changes nothing"
    assert client.post(address("revoke", near, made.device)).status_code == 302
    assert sends(made.key) == 401
    assert Event.objects.get(action="device.revoked").actor == users[OFFICE]
    assert client.post(address("revoke", near, made.device)).status_code == 404
    assert client.post(address("phone", near), {"name": "azul"}).status_code == 200, "its name is free again"


def test_a_supervisor_takes_a_lost_phone_away_and_gives_none(
    as_role: SignIn, near: Technician, without_account: Technician, made: Made, users: dict[str, User]
) -> None:
    client = as_role(SUPERVISOR)
    page = client.get(address("technician", near)).content.decode()
    assert re.findall(r'(?:href|action)="(/devices/of/[^"]*)"', page) == [
        address("revoke", near, made.device)
    ]
    assert 'id="name"' not in page
    assert 'id="username"' not in client.get(address("technician", without_account)).content.decode()
    assert client.get(address("revoke", near, made.device)).status_code == 200
    assert sends(made.key) == 204
    assert client.post(address("revoke", near, made.device)).status_code == 302
    assert sends(made.key) == 401
    assert Event.objects.get(action="device.revoked").actor == users[SUPERVISOR]


def test_an_account_is_one_a_technician(
    as_role: SignIn, near: Technician, without_account: Technician
) -> None:
    client = as_role(OFFICE)
    for technician, username in ((near, "otra"), (without_account, OFFICE), (without_account, "con espacio")):
        assert client.post(address("account", technician), {"username": username}).status_code == 422
    assert not User.objects.filter(code=without_account.code).exists()


def test_an_invited_technician_chooses_a_password_once(
    as_role: SignIn, without_account: Technician, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    office = as_role(OFFICE)
    page = office.post(address("account", without_account), {"username": "tere"})
    assert "no-store" in page["Cache-Control"]
    user = User.objects.get(username="tere")
    assert (user.role, user.code, user.has_usable_password()) == (TECHNICIAN, without_account.code, False)
    link = page.context["address"].removeprefix("http://testserver")

    wrong = link[:-2] + "x/"
    assert "ya no sirve" in Client().get(wrong, follow=True).content.decode()
    technician = Client()
    form = technician.get(link, follow=True)
    chosen = form.redirect_chain[-1][0]
    assert link.split("/")[-2] not in chosen, "the token does not stay in the address"
    assert technician.post(chosen, {"new_password1": "12345", "new_password2": "12345"}).status_code == 200
    assert not User.objects.get(username="tere").has_usable_password()
    right = {"new_password1": "arbol-de-ceiba", "new_password2": "arbol-de-ceiba"}
    assert technician.post(chosen, right).status_code == 302
    assert Event.objects.get(action="user.password_chosen").actor == user
    signed = technician.post("/accounts/sign-in/", {"username": "tere", "password": "arbol-de-ceiba"})
    assert signed.status_code == 302
    assert "ya no sirve" in Client().get(link, follow=True).content.decode()
    assert [e.action for e in Event.objects.filter(subject=f"user:{user.pk}").order_by("pk")][:3] == [
        "user.created", "user.scope_set", "user.invited",
    ]  # fmt: skip


def test_another_invitation_when_the_password_was_forgotten(
    as_role: SignIn, near: Technician, without_account: Technician
) -> None:
    client = as_role(OFFICE)
    assert client.post(address("invitation", without_account)).status_code == 404
    link = client.post(address("invitation", near)).context["address"]
    uid = link.split("/")[-3]
    assert base64.urlsafe_b64decode(uid + "==").decode() == str(User.objects.get(code=near.code).pk)


def test_a_closed_account_lets_neither_person_nor_phone_in(
    as_role: SignIn, near: Technician, made: Made
) -> None:
    office, technician = as_role(OFFICE), as_role(TECHNICIAN)
    assert technician.get(reverse("devices:mine")).status_code == 200
    assert office.post(address("close", near)).status_code == 302
    assert technician.get(reverse("devices:mine")).status_code == 302
    assert sends(made.key) == 401
    assert "cerrada" in office.get(reverse("devices:technicians"), {"q": near.code}).content.decode()
    assert office.post(address("open", near)).status_code == 302
    assert sends(made.key) == 204
    assert [e.action for e in Event.objects.filter(action__in=("user.closed", "user.reopened"))] == [
        "user.closed", "user.reopened",
    ]  # fmt: skip


def test_the_list_says_what_is_in_use(as_role: SignIn, near: Technician, made: Made) -> None:
    def rows(**asked: str) -> dict[str, Any]:
        page = as_role(OFFICE).get(reverse("devices:technicians"), asked).context["page"]
        return {row.technician.code: row for row in page.rows}

    seen = datetime(2026, 11, 3, 15, tzinfo=UTC)
    Device.objects.update(seen_at=seen)
    device_make(user=made.device.user, kind=DeviceKind.BROWSER, name="firefox", by=None)
    gone = device_make(user=made.device.user, kind=DeviceKind.PHONE, name="perdido", by=None).device
    Device.objects.filter(pk=gone.pk).update(revoked_at=seen, seen_at=seen + timedelta(days=1))
    row = rows()[near.code]
    assert (row.phones, row.browsers, row.seen_at) == (1, 1, seen)
    assert set(rows(phone="with")) == {near.code}
    assert near.code not in rows(phone="without")
    assert len(rows(phone="without")) == len(rows()) - 1
    assert set(rows(q="TECNICA 1304 t-p")) == {near.code}, "whatever case and accents"
    User.objects.filter(code=near.code).update(is_active=False)
    assert rows(phone="with") == {}


def test_only_a_technician_s_accounts_count(
    as_role: SignIn, near: Technician, users: dict[str, User]
) -> None:
    """Somebody whose role is another by now may still have the code, and a browser."""
    before = User.objects.create(username="antes", role=Role.SUPERVISOR, code=near.code)
    device = device_make(user=before, kind=DeviceKind.BROWSER, name="firefox", by=None).device
    (row,) = technicians_page(scope_of(users[OFFICE]), text=near.code).rows
    assert (row.phones, row.browsers) == (0, 0)
    assert not devices_of_technician(near).exists()
    assert as_role(OFFICE).post(address("revoke", near, device)).status_code == 404


def test_thousands_come_a_page_at_a_time(
    as_role: SignIn, near: Technician, django_assert_max_num_queries: Any
) -> None:
    Technician.objects.bulk_create(
        Technician(code=f"T-{n:04}", name=f"Ana {n % 7}", kind="social", area_id="GT-1304")
        for n in range(2 * PAGE_ROWS)
    )
    client, after, codes = as_role(OFFICE), "", []
    while after is not None:
        with django_assert_max_num_queries(12):
            page = client.get(reverse("devices:technicians"), {"after": after}).context["page"]
        assert len(page.rows) <= PAGE_ROWS
        codes += [row.technician.code for row in page.rows]
        after = page.next
    assert len(codes) == len(set(codes)) == Technician.objects.filter(area__code__startswith="GT").count()


def test_an_auditor_reads_and_is_offered_nothing_to_do(
    as_role: SignIn, near: Technician, without_account: Technician, made: Made
) -> None:
    page = as_role(AUDITOR).get(address("technician", near)).content.decode()
    assert "azul" in page
    assert OFFICE in page, "who made it"
    offered = as_role(AUDITOR).get(address("technician", without_account)).content.decode()
    for shown in (page, offered):
        assert not re.search(r'(href|action)="/devices/of/', shown)
        assert 'id="username"' not in shown
        assert 'id="name"' not in shown
