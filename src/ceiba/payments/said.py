"""What the app that reads banks' files tells of a payment. config/urls.py says which that is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ceiba.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a bank said of a payment: `core.banking.ENTRIES`, and the files that said it."""

    said: str
    amount_minor: int | None
    currency: str
    credit: bool
    booked_on: date | None
    reference: str
    reason: str
    text: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was said of a payment, by file and day, and what of it is still open: addresses by kind of item."""

    entries: list[Said] = field(default_factory=list)
    open_items: list[tuple[str, str]] = field(default_factory=list)


Hears = Callable[[Payment], Heard]
"""What was heard of a payment whose person the reader may see."""
