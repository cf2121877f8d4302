"""Makes devices and takes them away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ceiba.accounts.models import User
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
    }
)


@dataclass(frozen=True, slots=True)
class Made:
    """A new device and its key, which is told once and cannot be read again."""

    device: Device
    key: str


@transaction.atomic
def device_make(*, user: User, kind: str, name: str, by: User | None) -> Made:
    """Make a device of `user` with a key of its own. Raises CeibaError (device.name)."""
    name = name.strip()
    if not name or len(name) > 80:
        raise CeibaError(Problem("device.name"))
    key = key_made()
    username = f"{kind[0]}-{key_hash(key).hex()[:12]}"
    device = Device.objects.create(
        user=user,
        kind=kind,
        name=name,
        username=username,
        key_sha256=key_hash(key),
        ha1_cipher=ha1_sealed(username, ha1_of(username, key)),
        made_by=by,
    )
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
    return (
        browser_of(user, installation)
        or device_make(user=user, kind=DeviceKind.BROWSER, name=installation, by=user).device
    )
