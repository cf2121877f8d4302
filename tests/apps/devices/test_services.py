"""Who has a phone, names given once, and when a device was last seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from ceiba.accounts.models import Role, User
from ceiba.core.kernel.errors import CeibaError
from ceiba.devices.models import Device, DeviceKind
from ceiba.devices.services import browser_device, device_make, devices_seen
from tests.apps.submissions.phone import phone
from tests.refusals import refused as constraint
from tests.refusals import same_again

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.TECHNICIAN])
def test_whoever_decides_or_pays_has_no_phone(role: str) -> None:
    user = User.objects.create(username="x", role=role)
    with pytest.raises(CeibaError) as refused:
        device_make(user=user, kind=DeviceKind.PHONE, name="azul", by=None)
    assert refused.value.problems[0].code == "device.not_technician"
    assert not Device.objects.exists()


@pytest.mark.django_db
def test_a_name_is_given_once_among_those_in_use() -> None:
    device = phone("t1", "azul").device
    with pytest.raises(CeibaError) as refused:
        phone("t1", "  azul ")
    assert refused.value.problems[0].code == "device.name_taken"
    phone("t2", "azul")
    assert browser_device(user=device.user, installation="azul").kind == "browser"
    for name, other in (
        ("device_name_once", {"username": "p-2", "key_sha256": b"2"}),
        ("username", {"name": "rojo", "key_sha256": b"2"}),
        ("key_sha256", {"name": "rojo", "username": "p-2"}),
        ("device_kind_known", {"name": "rojo", "username": "p-2", "key_sha256": b"2", "kind": "drone"}),
    ):
        with constraint(name):
            same_again(device, **other)
    Device.objects.filter(pk=device.pk).update(revoked_at=NOW)
    assert phone("t1", "azul").device.pk != device.pk


@pytest.mark.django_db
def test_a_browser_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    user = phone().device.user
    first = browser_device(user=user, installation="firefox")
    assert browser_device(user=user, installation="firefox") == first
    with pytest.raises(CeibaError):
        browser_device(user=user, installation=" ")
    looked: list[object] = []

    def late(*asked: Any) -> Device | None:
        looked.append(asked)
        return None if len(looked) == 1 else first

    monkeypatch.setattr("ceiba.devices.services.browser_of", late)  # as when two tabs begin at once
    assert browser_device(user=user, installation="firefox") == first


@pytest.mark.django_db
def test_a_device_is_seen_to_the_hour() -> None:
    one, other = phone("t1").device, phone("t2").device

    def seen(device: Device) -> datetime | None:
        return Device.objects.get(pk=device.pk).seen_at

    assert devices_seen(ids=[], now=NOW) == 0
    assert devices_seen(ids=[one.pk, one.pk, 10**9], now=NOW) == 1
    assert (seen(one), seen(other)) == (NOW, None)
    assert devices_seen(ids=[one.pk], now=NOW + HOUR) == 0, "no more than a write an hour"
    assert devices_seen(ids=[one.pk, other.pk], now=NOW + HOUR + timedelta(seconds=1)) == 2
    assert devices_seen(ids=[one.pk], now=NOW) == 0, "never back"
    assert seen(one) == NOW + HOUR + timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_two_batches_do_not_wait_for_each_other() -> None:
    one, other = phone("t1").device, phone("t2").device

    def elsewhere() -> int:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '5s'")
            return devices_seen(ids=[other.pk, one.pk], now=NOW)
        finally:
            connection.close()

    with transaction.atomic():
        devices_seen(ids=[one.pk], now=NOW)
        with ThreadPoolExecutor(1) as beside:
            assert beside.submit(elsewhere).result() == 1
    assert set(Device.objects.values_list("seen_at", flat=True)) == {NOW}
