"""How often an address may ask: a wallet asks some five times. Codes are guarded by counting in their own row."""

import time
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

MOST: Final = 120
WINDOW_SECONDS: Final = 60


def is_too_fast(request: HttpRequest) -> bool:
    """Count a request; whether its address has made too many in this minute, at this process."""
    window = int(time.time() // WINDOW_SECONDS)
    name = f"wallet:{request.META.get('REMOTE_ADDR', '')}:{window}"
    cache.add(name, 0, 2 * WINDOW_SECONDS)
    try:
        return bool(cache.incr(name) > MOST)
    except ValueError:  # it ran out between the two
        return False
