"""How often an address may ask: a wallet asks some five times. Codes are guarded by counting in their own row."""

from typing import Final

from django.http import HttpRequest

from ceiba.web.counted import address_of, counted

MOST: Final = 120
WINDOW_SECONDS: Final = 60


def is_too_fast(request: HttpRequest) -> bool:
    """Count a request; whether its address has made too many in this minute, at this process."""
    return counted("wallet", address_of(request), WINDOW_SECONDS) > MOST
