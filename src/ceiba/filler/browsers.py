"""Which browser asks: a device of its user, as a phone is, made when it comes for the first time."""

import re
from typing import Final

from ceiba.accounts.permissions import SignedRequest
from ceiba.devices.models import Device, DeviceKind

HEADER: Final = "X-Ceiba-Browser"
_INSTALLATION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BrowserRevoked(Exception):
    """The browser was taken away from its user, or does not say which it is."""


def browser_of_request(request: SignedRequest) -> Device:
    """STAND-IN."""
    installation = request.headers.get(HEADER, "")
    if not _INSTALLATION.fullmatch(installation):
        raise BrowserRevoked
    device, _ = Device.objects.get_or_create(
        user=request.user, kind=DeviceKind.BROWSER, name=installation,
        defaults={"username": installation, "key_sha256": installation.encode(), "ha1_cipher": b""},
    )
    if device.revoked_at:
        raise BrowserRevoked
    return device
