"""Makes devices and takes them away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from ceiba.accounts.models import Role, User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.devices.keys import ha1_of, ha1_sealed, key_hash, key_made
from ceiba.devices.models import Device, DeviceKind
from ceiba.devices.selectors import browser_of

register_messages(
    {
        "device.revoked": {
            "es": "Este aparato ya fue retirado.",
            "en": "This device was revoked already.",
        },
        "device.name": {
            "es": "Escriba cómo se llama el aparato, con 80 letras a lo más.",
            "en": "Write what the device is called, in at most 80 letters.",
        },
        "device.name_taken": {
            "es": "Ya hay un aparato «{name}» en uso, y su clave se mostró una sola vez. Si no se alcanzó a leer, "
            "retírelo y agregue otro; si es otro teléfono, escriba otro nombre.",
            "en": 'There is already a device "{name}" in use, and its key was shown only once. If it could not be '
            "read in time, revoke it and add another; if this is another telephone, write another name.",
        },
        "device.not_technician": {
            "es": "{username} no es una cuenta de técnica o técnico. La evidencia la manda quien visita, y nadie que "
            "dé de alta, decida o pague.",
            "en": "{username} is not a technician's account. Evidence is sent by whoever visits, and by nobody who "
            "enrols, decides or pays.",
        },
    }
)

NAME_LETTERS_MAX: Final = 80
SEEN_AGAIN_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A new device and its key, which is told once and cannot be read again."""

    device: Device
    key: str


@transaction.atomic
def device_make(*, user: User, kind: str, name: str, by: User | None) -> Made:
    """Make a device of `user` with a key of its own.

    A name is given once among those in use: a page sent twice does not leave a device that nobody knows of.
    Raises CeibaError (device.name, device.name_taken, device.not_technician).
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LETTERS_MAX or not name.isprintable():
        raise CeibaError(Problem("device.name"))
    if kind == DeviceKind.PHONE and user.role != Role.TECHNICIAN:
        raise CeibaError(Problem("device.not_technician", values={"username": user.username}))
    key = key_made()
    device = _device_of(user, kind, name, key, by)
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError as error:
        raise CeibaError(Problem("device.name_taken", values={"name": name})) from error
    event_record(
        actor=by, action="device.made", subject=f"device:{device.pk}", detail={"user": user.pk, "kind": kind}
    )
    return Made(device, key)


@transaction.atomic
def device_revoke(*, device: Device, by: User | None, now: datetime) -> None:
    """From now on the device may neither send nor fetch. Raises CeibaError (device.revoked)."""
    done = Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now, revoked_by=by)
    if not done:
        raise CeibaError(Problem("device.revoked"))
    event_record(actor=by, action="device.revoked", subject=f"device:{device.pk}")


def browser_device(*, user: User, installation: str) -> Device:
    """The browser of `user` that calls itself `installation`, made when it comes for the first time.

    Raises CeibaError (device.name).
    """
    if known := browser_of(user, installation):
        return known
    try:
        return device_make(user=user, kind=DeviceKind.BROWSER, name=installation, by=user).device
    except CeibaError:
        if first := browser_of(user, installation):  # it came twice at once
            return first
        raise


@transaction.atomic
def devices_seen(*, ids: Iterable[int], now: datetime) -> int:
    """Keep that these devices sent something, to the hour: whoever sends all day costs a write an hour.

    `ids` may repeat. Gives how many rows were written. What another process is marking at the same moment is left to
    it, so that two batches never wait for each other.
    """
    stale = Q(seen_at__isnull=True) | Q(seen_at__lt=now - SEEN_AGAIN_AFTER)
    due = Device.objects.filter(stale, pk__in=set(ids)).select_for_update(skip_locked=True)
    return Device.objects.filter(pk__in=due.values("pk")).update(seen_at=now)


def _device_of(user: User, kind: str, name: str, key: str, by: User | None) -> Device:
    username = f"{kind[0]}-{key_hash(key).hex()[:12]}"
    return Device(
        user=user,
        kind=kind,
        name=name,
        username=username,
        key_sha256=key_hash(key),
        ha1_cipher=ha1_sealed(username, ha1_of(username, key)),
        made_by=by,
    )
