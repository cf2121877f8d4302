"""Which device a key belongs to, and whose it is."""

from dataclasses import dataclass
from typing import Final, LiteralString

from django.db.models import QuerySet

from ceiba.accounts.models import User
from ceiba.devices.keys import key_hash
from ceiba.devices.models import Device, DeviceKind
from ceiba.frames.prepared import prepared_row

_SENDER: Final[LiteralString] = """
    SELECT d.id, d.user_id, u.language, d.username, d.ha1_cipher
    FROM devices_device d JOIN accounts_user u ON u.id = d.user_id
    WHERE d.revoked_at IS NULL AND u.is_active AND """


@dataclass(frozen=True, slots=True)
class Sender:
    """A device that may send and fetch, and its user."""

    device_id: int
    user_id: int
    language: str
    username: str
    ha1_cipher: bytes


def sender_by_key(key: str) -> Sender | None:
    """The device with this key, unless it or its user was revoked."""
    return _sender(_SENDER + "d.key_sha256 = %(value)s", key_hash(key))


def sender_by_username(username: str) -> Sender | None:
    """The device with this name, unless it or its user was revoked."""
    return _sender(_SENDER + "d.username = %(value)s", username)


def sender_of(device: Device) -> Sender:
    """A device as a sender, once it is known that it may."""
    return Sender(device.pk, device.user_id, device.user.language, device.username, bytes(device.ha1_cipher))


def user_of(sender: Sender) -> User:
    """The sender's user."""
    return User.objects.get(pk=sender.user_id)


def devices_of(user: User) -> QuerySet[Device]:
    """A user's devices, the newest first."""
    return Device.objects.filter(user=user).order_by("-pk")


def browser_of(user: User, installation: str) -> Device | None:
    """The browser of a user with this name, unless it was revoked."""
    return Device.objects.filter(
        user=user, kind=DeviceKind.BROWSER, name=installation, revoked_at=None
    ).first()


def _sender(statement: LiteralString, value: str | bytes) -> Sender | None:
    """By SQL, since every submission asks: it is a third of the time that the models take."""
    row = prepared_row(statement, {"value": value})
    return None if row is None else Sender(row[0], row[1], row[2], row[3], bytes(row[4]))
