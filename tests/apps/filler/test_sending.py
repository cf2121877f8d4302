"""A form sent from a browser is received as one from a phone is: byte for byte, by whoever is signed in."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.devices.models import Device
from ceiba.devices.services import device_revoke
from ceiba.forms.models import FormVersion
from ceiba.submissions.models import Attachment, Conflict, Submission
from tests.fieldforms import filled

SignIn = Callable[[str], Client]
ADDRESS = reverse("filler:submission")
BROWSER = "0b5c7f0e-2f3a-4a53-9d56-0f1e6f5f7a10"


@pytest.fixture
def technician(visit: FormVersion, as_role: SignIn) -> Client:
    return as_role(Role.TECHNICIAN)


def sent(client: Client, xml: bytes, owner: str | None = None, **files: bytes) -> Any:
    parts = {"xml_submission_file": SimpleUploadedFile("submission.xml", xml, "text/xml")}
    parts |= {
        f"{name}.jpg": SimpleUploadedFile(f"{name}.jpg", data, "image/jpeg") for name, data in files.items()
    }
    whose = str(User.objects.get(username="technician").pk) if owner is None else owner
    return client.post(ADDRESS, parts, headers={"X-Ceiba-Browser": BROWSER, "X-Ceiba-Owner": whose})


def test_nothing_is_taken_without_the_token_in_the_header(technician: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = technician.cookies
    assert sent(strict, filled()).status_code == 403
    assert not Submission.objects.exists()
    strict.get(reverse("filler:forms"), headers={"X-Ceiba-Browser": BROWSER})
    token = strict.cookies["csrftoken"].value
    owner = str(User.objects.get(username="technician").pk)
    headers = {"X-CSRFToken": token, "X-Ceiba-Browser": BROWSER, "X-Ceiba-Owner": owner}
    parts = {"xml_submission_file": SimpleUploadedFile("submission.xml", filled(), "text/xml")}
    assert strict.post(ADDRESS, parts, headers=headers).status_code == 201


@pytest.mark.parametrize("owner", ["", "0", "x"])
def test_another_users_form_is_not_taken_in_this_ones_name(technician: Client, owner: str) -> None:
    answer = sent(technician, filled(), owner=owner)
    assert answer.status_code == 401
    assert not Submission.objects.exists()


def test_a_revoked_browser_sends_nothing(technician: Client) -> None:
    assert sent(technician, filled()).status_code == 201
    device_revoke(device=Device.objects.get(), by=None, now=datetime.now(UTC))
    assert sent(technician, filled()).status_code == 403
    assert Submission.objects.count() == 1


def test_kept_byte_for_byte_with_its_photo(technician: Client) -> None:
    xml, photo = filled(instance="uuid:1", photo="plot.jpg"), b"\xff\xd8 a picture"
    answer = sent(technician, xml, plot=photo)
    assert answer.status_code == 201
    assert "Recibido" in answer.content.decode()
    submission = Submission.objects.get()
    assert bytes(submission.xml) == xml
    assert submission.user.username == "technician"
    assert (submission.device.kind, submission.device.name) == ("browser", BROWSER)
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.sha256) == ("plot.jpg", hashlib.sha256(photo).hexdigest())


def test_the_same_again_is_201_and_other_bytes_are_409_and_kept(technician: Client) -> None:
    first, other = filled(instance="uuid:1", done=1), filled(instance="uuid:1", done=2)
    assert [sent(technician, xml).status_code for xml in (first, first, other)] == [201, 201, 409]
    assert bytes(Submission.objects.get().xml) == first
    assert bytes(Conflict.objects.get().xml) == other
