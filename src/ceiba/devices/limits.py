"""Failed attempts with devices' keys, counted by address: whoever tries keys is soon refused unheard."""

import time
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

FAILURES_MAX: Final = 30
WINDOW_SECONDS: Final = 300


def is_barred(request: HttpRequest) -> bool:
    """Whether this address has failed too often of late."""
    return bool(cache.get(_name(request), 0) >= FAILURES_MAX)


def failed(request: HttpRequest) -> None:
    """Count a failure."""
    name = _name(request)
    cache.add(name, 0, 2 * WINDOW_SECONDS)
    try:
        cache.incr(name)
    except ValueError:  # it ran out between the two
        cache.set(name, 1, 2 * WINDOW_SECONDS)


def _name(request: HttpRequest) -> str:
    window = int(time.time() // WINDOW_SECONDS)
    return f"device-failures:{request.META.get('REMOTE_ADDR', '')}:{window}"
