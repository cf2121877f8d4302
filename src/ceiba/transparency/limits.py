"""How often one address may ask: the log is open to everybody, and no one may keep others from it."""

import time
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

ASKED_MAX: Final = 600
WINDOW_SECONDS: Final = 60


def seconds_to_wait(request: HttpRequest) -> int:
    """Count a request; how long its address must wait, 0: not at all."""
    now = int(time.time())
    window, passed = divmod(now, WINDOW_SECONDS)
    name = f"log-asked:{request.META.get('REMOTE_ADDR', '')}:{window}"
    cache.add(name, 0, 2 * WINDOW_SECONDS)
    try:
        asked = cache.incr(name)
    except ValueError:  # it ran out between the two
        asked = 1
    return WINDOW_SECONDS - passed if asked > ASKED_MAX else 0
