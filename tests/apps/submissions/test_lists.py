"""What a phone fetches: its forms, what they need, and the people of its own technician and no others."""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from ceiba.accounts.models import Role, User
from ceiba.devices.services import Made, device_make, device_revoke
from ceiba.entities.services import entities_refresh
from ceiba.forms.models import FormFile
from ceiba.registry.models import Group, Participant, Technician
from tests.apps.evidence.helpers import register
from tests.apps.submissions.phone import phone
from tests.fieldforms import VISIT, published

pytestmark = pytest.mark.django_db
LISTED = VISIT.replace("| | text | person |", "| | select_one_from_file participants.csv | person |")


@pytest.fixture
def mine(db: None) -> Iterator[Made]:
    """A phone of technician T-1, who serves CAC-1; CAC-2 is served by T-2."""
    register(3)
    for number in (1, 2):
        technician = Technician.objects.create(
            code=f"T-{number}", name="t", kind="productive", area_id="GT-0101"
        )
        group, _ = Group.objects.get_or_create(
            code=f"CAC-{number}", defaults={"name": "g", "area_id": "GT-0101"}
        )
        Group.objects.filter(pk=group.pk).update(technician_productive=technician)
    Participant.objects.filter(code="P-3").update(group=Group.objects.get(code="CAC-2"))
    published(LISTED)
    published(LISTED, version="2")
    published(code="mx-visit", programme="mx")
    entities_refresh(today=date(2026, 3, 1))
    yield phone()


def get(address: str, **extra: Any) -> Any:
    return Client().get(address, **extra)


def fetched(made: Made, path: str, **extra: Any) -> Any:
    return get(f"/field/key/{made.key}/{path}", **extra)


def texts(content: bytes, name: str) -> list[str | None]:
    return [each.text for each in etree.fromstring(content).iter(f"{{*}}{name}")]


def test_the_newest_version_of_the_forms_of_the_programmes_served(mine: Made) -> None:
    answer = fetched(mine, "formList")
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert texts(answer.content, "formID") == ["ca-visit"]  # nobody it serves is in the other programme
    assert texts(answer.content, "version") == ["2"]
    assert texts(fetched(mine, "formList?formID=other").content, "formID") == []


def test_every_published_version_can_be_fetched(mine: Made) -> None:
    newest = texts(fetched(mine, "formList").content, "downloadUrl")[0]
    assert newest is not None
    assert etree.fromstring(get(newest).content).tag.endswith("html")
    assert fetched(mine, "forms/ca-visit/1.xml").status_code == 200
    assert fetched(mine, "forms/ca-visit/9.xml").status_code == 404
    assert fetched(mine, "forms/ca-visit/9/manifest").status_code == 404


def test_a_phone_carries_its_technicians_people_alone(mine: Made) -> None:
    (manifest,) = texts(fetched(mine, "formList").content, "manifestUrl")
    answer = get(manifest)
    (file,) = etree.fromstring(answer.content)
    assert file.get("type") == "entityList"
    (address,) = texts(answer.content, "downloadUrl")
    carried = get(address)
    rows = list(csv.DictReader(io.StringIO(carried.content.decode())))
    assert {row["code"] for row in rows} == {"P-1", "P-2"}
    assert {row["__version"] for row in rows} == {"1"}
    (said,) = texts(answer.content, "hash")
    assert said == "md5:" + hashlib.md5(carried.content, usedforsecurity=False).hexdigest()


def test_what_did_not_change_is_not_sent_again(mine: Made) -> None:
    first = fetched(mine, "entities/participants.csv")
    again = fetched(mine, "entities/participants.csv", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Participant.objects.filter(code="P-1").update(phone="5555-1234")
    entities_refresh(today=date(2026, 3, 1))
    changed = fetched(mine, "entities/participants.csv", HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200 and b"5555-1234" in changed.content


def test_other_peoples_entities_leave_the_phone_without_saying_whose_they_are(mine: Made) -> None:
    other = User.objects.create(username="t2", role=Role.TECHNICIAN, code="T-2")
    theirs = device_make(user=other, kind="phone", name="p", by=None)
    rows = csv.DictReader(io.StringIO(fetched(theirs, "entities/participants.csv").content.decode()))
    (uuid,) = [row["name"] for row in rows]
    answer = fetched(mine, f"entities/participants/integrity?id={uuid},not-a-uuid")
    assert texts(answer.content, "deleted") == ["true"]
    assert texts(fetched(theirs, f"entities/participants/integrity?id={uuid}").content, "deleted") == [
        "false"
    ]


def test_a_revoked_phone_fetches_nothing(mine: Made) -> None:
    device_revoke(device=mine.device, by=None, now=timezone.now())
    for path in (
        "formList", "forms/ca-visit/2.xml", "forms/ca-visit/2/manifest", "forms/ca-visit/2/files/a.png",
        "entities/participants.csv", "entities/participants/integrity?id=x",
    ):  # fmt: skip
        assert fetched(mine, path).status_code == 401


def test_files_published_with_a_form(mine: Made) -> None:
    from ceiba.blobs.drafts import drafted

    version = published(
        VISIT.replace("| | integer | due | Due |", "| | select_one_from_file tasks.csv | due | Due |"),
        version="3",
    )
    with drafted(io.BytesIO(b"name,label\na,A\n"), "tasks.csv") as draft:
        draft.keep()
    FormFile.objects.create(version=version, name="tasks.csv", sha256=draft.sha256, size_bytes=15)
    manifest = fetched(mine, "forms/ca-visit/3/manifest")
    (file,) = etree.fromstring(manifest.content)
    assert file.get("type") is None
    assert get(texts(manifest.content, "downloadUrl")[0] or "").content == b"name,label\na,A\n"
    assert fetched(mine, "forms/ca-visit/3/files/other.csv").status_code == 404
    assert fetched(mine, "forms/ca-visit/2/files/tasks.csv").status_code == 404


@pytest.mark.parametrize(
    "path", ["formList", "forms/ca-visit/2.xml", "forms/ca-visit/2/manifest", "entities/participants.csv"]
)
def test_nobody_without_a_key_fetches_anything(mine: Made, path: str) -> None:
    assert get(f"/field/{path}").status_code == 401
    assert get(f"/field/key/guess/{path}").status_code == 401
