"""Which browser asks: a device of its user, as a phone is, made when it comes for the first time."""

import re
from typing import Final

from ceiba.accounts.permissions import SignedRequest
from ceiba.devices.selectors import Sender, browser_of, devices_of, sender_of
from ceiba.devices.services import browser_device

HEADER: Final = "X-Ceiba-Browser"
_INSTALLATION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BrowserRevoked(Exception):
    """The browser was taken away from its user, or does not say which one it is."""


def browser_of_request(request: SignedRequest) -> Sender:
    """The browser as a sender. It calls itself by a number of its own (HEADER). Raises BrowserRevoked.

    A name that was revoked stays so: the browser takes another when its user shows again who they are.
    """
    name = request.headers.get(HEADER, "")
    if not _INSTALLATION.fullmatch(name):
        raise BrowserRevoked
    known = browser_of(request.user, name)
    if known is None and devices_of(request.user).filter(name=name).exists():
        raise BrowserRevoked
    return sender_of(known or browser_device(user=request.user, installation=name))
