"""Who is offered which forms and lists. Who must not pass comes first."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.devices.models import Device
from ceiba.devices.services import device_revoke
from ceiba.entities.services import entities_refresh
from ceiba.forms.models import FormVersion
from ceiba.registry.models import Participant
from ceiba.rulebook.models import Programme
from tests.apps.filler.conftest import LISTED
from tests.apps.web.conftest import ROLES
from tests.factories import World, user_make
from tests.fieldforms import published

SignIn = Callable[[str], Client]
BROWSER = "0b5c7f0e-2f3a-4a53-9d56-0f1e6f5f7a10"
FORMS = reverse("filler:forms")
ADDRESSES = {
    "filler:forms": FORMS,
    "filler:xform": reverse("filler:xform", args=["ca-visit"]),
    "filler:file": reverse("filler:file", args=["ca-visit", "participants.csv"]),
    "filler:changes": reverse("filler:changes", args=["ca-visit", "participants.csv"]),
    "filler:submission": reverse("filler:submission"),
}
OTHERS = [role for role in ROLES if role != Role.TECHNICIAN]


def told(client: Client, browser: str = BROWSER) -> Any:
    return client.get(FORMS, headers={"X-Ceiba-Browser": browser})


def listed(client: Client) -> str:
    return client.get(ADDRESSES["filler:file"]).content.decode()


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_passes_without_signing_in(visit: FormVersion, as_role: SignIn, name: str) -> None:
    client = as_role("")
    answer = client.post(ADDRESSES[name]) if name.endswith("submission") else client.get(ADDRESSES[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("name", ADDRESSES)
def test_other_roles_fill_in_nothing(visit: FormVersion, as_role: SignIn, name: str, role: str) -> None:
    client = as_role(role)
    answer = client.post(ADDRESSES[name]) if name.endswith("submission") else client.get(ADDRESSES[name])
    assert answer.status_code == 403


def test_a_list_holds_the_own_portfolio_and_nobody_else(
    made: World, visit: FormVersion, as_role: SignIn
) -> None:
    text = listed(as_role(Role.TECHNICIAN))
    own = {person.code for person in made.people_in("GT-1304")}
    others = {person.code for person in made.people} - own
    assert own
    assert not {code for code in others if code in text}
    assert any(code in text for code in own)


def test_what_changed_is_of_the_own_portfolio_and_nobody_elses(
    made: World, visit: FormVersion, as_role: SignIn
) -> None:
    client, address = as_role(Role.TECHNICIAN), ADDRESSES["filler:changes"]
    first = client.get(address).json()
    assert first["complete"]
    assert first["header"] + "".join(line for _, line in first["rows"]) == listed(client)
    own, other = made.people_in("GT-1304")[0], made.people_in("GT-1301")[0]
    Participant.objects.filter(pk__in=[own.pk, other.pk]).update(phone="5555-1234")
    entities_refresh(today=date(2026, 11, 20))
    then = client.get(address, {"since": first["cursor"]}).json()
    assert not then["complete"]
    [(place, line)] = then["rows"]
    assert own.code in line
    assert listed(client).splitlines(keepends=True)[place + 1] == line
    assert then["sha256"] == hashlib.sha256(listed(client).encode()).hexdigest()


def test_what_is_no_list_of_entities_is_fetched_whole(visit: FormVersion, as_role: SignIn) -> None:
    published(LISTED.replace("participants.csv", "second_visits.csv"), code="ca-revisit")
    client = as_role(Role.TECHNICIAN)
    forms = {form["code"]: form["files"] for form in told(client).json()["forms"]}
    assert forms["ca-visit"][0]["changes"] == ADDRESSES["filler:changes"]
    assert forms["ca-revisit"][0]["changes"] is None
    assert client.get(reverse("filler:changes", args=["ca-revisit", "second_visits.csv"])).status_code == 404


def test_another_technician_gets_another_list(made: World, visit: FormVersion, as_role: SignIn) -> None:
    neighbour = user_make("neighbour", Role.TECHNICIAN, areas=(), code="T-P-GT-1301")
    client = Client()
    client.force_login(neighbour, backend="django.contrib.auth.backends.ModelBackend")
    assert listed(client) != listed(as_role(Role.TECHNICIAN))
    assert made.people_in("GT-1304")[0].code not in listed(client)


def test_forms_of_a_programme_one_does_not_serve_are_not_there(
    made: World, visit: FormVersion, as_role: SignIn
) -> None:
    Programme.objects.create(code="zz", currency="USD", name={"es": "z", "en": "z"})
    published(code="zz-visit", programme="zz")
    client = as_role(Role.TECHNICIAN)
    assert [form["code"] for form in told(client).json()["forms"]] == ["ca-visit"]
    assert client.get(reverse("filler:xform", args=["zz-visit"])).status_code == 404


def test_a_file_that_the_form_does_not_need_is_not_there(visit: FormVersion, as_role: SignIn) -> None:
    client = as_role(Role.TECHNICIAN)
    assert client.get(reverse("filler:file", args=["ca-visit", "plots.csv"])).status_code == 404
    assert client.get(reverse("filler:file", args=["none", "participants.csv"])).status_code == 404
    assert client.get(reverse("filler:changes", args=["ca-visit", "plots.csv"])).status_code == 404
    assert client.get(reverse("filler:changes", args=["none", "participants.csv"])).status_code == 404


@pytest.mark.parametrize("browser", ["", "x", BROWSER.upper() + "0", "../" + BROWSER])
def test_a_browser_that_does_not_say_which_it_is_gets_nothing(
    visit: FormVersion, as_role: SignIn, browser: str
) -> None:
    answer = told(as_role(Role.TECHNICIAN), browser)
    assert answer.status_code == 403
    assert answer.json() == {"problem": "browser_revoked"}
    assert not Device.objects.exists()


def test_a_revoked_browser_is_signed_out(visit: FormVersion, as_role: SignIn) -> None:
    client = as_role(Role.TECHNICIAN)
    assert told(client).status_code == 200
    device_revoke(device=Device.objects.get(), by=None, now=datetime.now(UTC))
    assert told(client).status_code == 403
    assert told(client).status_code == 302, "signed out"
    assert Device.objects.count() == 1


def test_each_user_of_a_browser_has_a_device(made: World, visit: FormVersion, as_role: SignIn) -> None:
    neighbour = user_make("neighbour", Role.TECHNICIAN, areas=(), code="T-P-GT-1301")
    other = Client()
    other.force_login(neighbour, backend="django.contrib.auth.backends.ModelBackend")
    for client in (as_role(Role.TECHNICIAN), other, other):
        assert told(client).status_code == 200
    assert set(Device.objects.values_list("user__username", "kind")) == {
        ("technician", "browser"),
        ("neighbour", "browser"),
    }


def test_what_is_told_of_a_form(visit: FormVersion, as_role: SignIn) -> None:
    client = as_role(Role.TECHNICIAN)
    answer = told(client).json()
    technician = User.objects.get(username="technician")
    assert answer["owner"] == {"id": str(technician.pk), "name": "technician"}
    [form] = answer["forms"]
    assert (form["code"], form["version"], form["md5"]) == ("ca-visit", "1", visit.xform_md5)
    assert client.get(form["address"]).content == bytes(visit.xform)
    [file] = form["files"]
    assert file["name"] == "participants.csv"
    assert client.get(file["address"]).content.startswith(b"name,label,")
    assert told(client).json()["forms"] == [form], "nothing changed: nothing is fetched again"


def test_the_newest_version_is_offered(visit: FormVersion, as_role: SignIn) -> None:
    published(version="2")
    [form] = told(as_role(Role.TECHNICIAN)).json()["forms"]
    assert form["version"] == "2"
