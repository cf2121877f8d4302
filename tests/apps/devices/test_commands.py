"""`ceiba device`, as whoever runs the server types it."""

from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from ceiba.accounts.models import Role, User
from ceiba.cli import device as commands
from ceiba.core.kernel.errors import CeibaError
from ceiba.devices.models import Device

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)
    User.objects.create(username="tere", role=Role.TECHNICIAN, code="T-1")
    User.objects.create(username="ofi", role=Role.OFFICE)


def ran(*words: str) -> Any:
    return CliRunner().invoke(commands.app, words)


def refusal(*words: str) -> str:
    raised = ran(*words).exception
    assert isinstance(raised, CeibaError)
    return raised.problems[0].code


def test_what_cannot_be_done_is_said() -> None:
    assert refusal("make", "nadie", "--name", "azul") == "device.no_user"
    assert refusal("make", "ofi", "--name", "azul") == "device.not_technician"
    assert refusal("list", "nadie") == "device.no_user"
    assert refusal("revoke", "p-none") == "device.unknown"
    assert not Device.objects.exists()


def test_a_phone_from_its_making_to_its_end() -> None:
    told = ran("make", "tere", "--name", "[azul]", "--site", "https://ceiba.example/").output
    device = Device.objects.get()
    url = next(word for word in told.split() if word.startswith("https://"))
    assert url.startswith("https://ceiba.example/field/key/")
    submission = f"{url.removeprefix('https://ceiba.example')}/submission"
    assert Client().head(submission).status_code == 204
    assert "▀" in told or "▄" in told, "a code to scan"

    listed = ran("list").output
    assert device.username in listed
    assert "[azul]" in listed
    assert device.username not in ran("list", "ofi").output

    assert ran("revoke", device.username).exit_code == 0
    assert Client().head(submission).status_code == 401
    assert refusal("revoke", device.username) == "device.revoked"
