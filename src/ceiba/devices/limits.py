"""Failed attempts with devices' keys, counted by address: whoever tries keys is soon refused unheard."""

from typing import Final

from django.http import HttpRequest

from ceiba.web.counted import address_of, counted, so_far

FAILURES_MAX: Final = 30
WINDOW_SECONDS: Final = 300
_FAILURES: Final = "device-failures"


def is_barred(request: HttpRequest) -> bool:
    """Whether this address has failed too often of late."""
    return so_far(_FAILURES, address_of(request), WINDOW_SECONDS) >= FAILURES_MAX


def failed(request: HttpRequest) -> None:
    """Count a failure."""
    counted(_FAILURES, address_of(request), WINDOW_SECONDS)
