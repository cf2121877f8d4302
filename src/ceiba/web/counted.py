"""How often somebody does something, an address or a user, counted in the cache by windows of time."""

import time

from django.core.cache import cache
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address that asks."""
    return str(request.META.get("REMOTE_ADDR", ""))


def so_far(what: str, who: object, window_seconds: int) -> int:
    """How often it was done in this window."""
    return int(cache.get(_name(what, who, window_seconds), 0))


def counted(what: str, who: object, window_seconds: int) -> int:
    """Count it once more; how often it has been done in this window."""
    name = _name(what, who, window_seconds)
    if cache.add(name, 1, 2 * window_seconds):
        return 1
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two
        cache.set(name, 1, 2 * window_seconds)
        return 1


def _name(what: str, who: object, window_seconds: int) -> str:
    return f"{what}:{who}:{int(time.time() // window_seconds)}"
