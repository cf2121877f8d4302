"""A phone enrols somebody; an office looks through it and enters them; the phone goes on with the same person."""

import csv
import io
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from ceiba.devices.models import DeviceKind
from ceiba.devices.services import device_make
from ceiba.entities.services import entities_refresh
from ceiba.evidence.models import Evidence
from ceiba.registry.models import Participant
from ceiba.review.services.photos import photos_look
from ceiba.runs.intake import intake_work
from ceiba.submissions.models import Standing, State
from tests.apps.review.enrolled import CODE, UUID, form, form_version
from tests.apps.review.field import photo
from tests.apps.submissions.phone import BOUNDARY, parcel
from tests.factories import World
from tests.journeys.looks import check, check_focus
from tests.journeys.test_refused_participant import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = [(360, 740), (1280, 900)]


def posted(address: str, data: bytes) -> int:
    """What the server answers to a parcel as a phone posts it."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}
    with urllib.request.urlopen(urllib.request.Request(address, data=data, headers=headers)) as answer:  # noqa: S310
        return int(answer.status)


def carried(address: str) -> dict[str, dict[str, str]]:
    """The people on the phone, by uuid."""
    with urllib.request.urlopen(address) as answer:  # noqa: S310
        return {row["name"]: row for row in csv.DictReader(io.StringIO(answer.read().decode()))}


@pytest.fixture
def server(made: World, live_server: Any, tmp_path: Path, settings: Any) -> str:
    """Where the technician's phone sends to, with a key of its own; the form is published."""
    settings.DATA_DIR = tmp_path
    with transaction.atomic():
        form_version()
        entities_refresh(today=timezone.now().date())
        phone = device_make(user=made.users["technician"], kind=DeviceKind.PHONE, name="phone", by=None)
    return f"{live_server.url}/field/key/{phone.key}"


def arrived(server: str, xml: bytes) -> None:
    """The phone posts the form with its photos, and the intake takes it."""
    assert posted(f"{server}/submission", parcel(xml, {"a.jpg": photo(1), "b.jpg": photo(2)})) == 201
    intake_work(once=True)
    photos_look(now=timezone.now())


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_what_has_to_be_put_right_is_said_beside_its_field_and_nothing_is_lost(
    made: World, chromium: Any, live_server: Any, server: str, width: int, height: int
) -> None:
    """In a window of its own: browsers take an answer that refuses for an error."""
    someone = made.people_in("GT-1304")[0]
    arrived(
        server, form(someone.group.code, family_names=someone.family_names, given_names=someone.given_names)
    )
    context = chromium.new_context(viewport={"width": width, "height": height}, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, "office")
    page.goto("/entities/")
    page.click(f"th a >> text={CODE} >> nth=-1")
    assert page.locator(".enrol .message").inner_text().count(someone.code) == 1, "they may be one"
    page.select_option("[name='enrolments.0.variant']", "us36")
    page.fill("[name='participants.0.code']", someone.code)
    page.fill("[name='documents.0.number']", "1234 56789 1304")
    page.click("button:text-is('Inscribir')")
    page.wait_for_selector("[aria-invalid=true]")
    check(page)
    assert "Ya está en el padrón" in page.inner_text("#participants-0-code-told")
    assert page.input_value("[name='documents.0.number']") == "1234 56789 1304"
    assert Participant.objects.count() == len(made.people)
    context.close()


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_somebody_enrolled_in_the_field_enters_the_register(
    made: World, visit: Callable[..., Any], server: str, width: int, height: int
) -> None:
    group = made.people_in("GT-1304")[0].group
    arrived(server, form(group.code, language="k'iche'"))
    assert Standing.objects.get().state == State.WAITING

    page = visit(width, height)
    sign_in(page, "office")
    page.goto("/entities/")
    page.click(f"a:text-is('Ana Choc · {CODE}')")
    page.wait_for_selector("h2:has-text('Documentos')")
    check(page)
    check_focus(page)
    assert page.input_value("[name='participants.0.given_names']") == "Ana"
    assert page.input_value("[name='participants.0.language']") == "quc"
    page.evaluate("() => document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.photos img')].every(i => i.naturalWidth > 0)"
    )
    page.fill("[name='participants.0.family_names']", "Choc Xol")
    page.fill("[name='documents.0.number']", "1234 56789 1304")
    page.fill("[name='participants.0.birth_date']", "1980-01-31")
    page.select_option("[name='enrolments.0.variant']", "us36")
    page.click("button:text-is('Inscribir')")
    page.wait_for_selector(f"text=En el padrón como {CODE}")
    check(page)

    intake_work(once=True)
    person = Participant.objects.get(code=CODE)
    assert (person.family_names, person.birth_date) == ("Choc Xol", date(1980, 1, 31))
    assert person.enrolments.get().state == "applied"
    assert person.documents.get(document="identity_document").number_hash is not None
    assert Standing.objects.get().state == State.TAKEN
    assert Evidence.objects.filter(participant=person, kind="consent").count() == 1
    people = carried(f"{server}/entities/participants.csv")
    assert people[UUID]["code"] == CODE
    assert [row["code"] for row in people.values()].count(CODE) == 1
