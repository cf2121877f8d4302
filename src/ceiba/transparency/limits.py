"""How often one address may ask: the log is open to everybody, and no one may keep others from it."""

import time
from typing import Final

from django.http import HttpRequest

from ceiba.web.counted import address_of, counted

ASKED_MAX: Final = 600
WINDOW_SECONDS: Final = 60


def seconds_to_wait(request: HttpRequest) -> int:
    """Count a request; how long its address must wait, 0: not at all."""
    if counted("log-asked", address_of(request), WINDOW_SECONDS) <= ASKED_MAX:
        return 0
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS
