"""Money is whole minor units (cents) of one currency. No float ever holds an amount."""

from dataclasses import dataclass
from typing import Final

MINOR_DIGITS: Final = {"MXN": 2, "USD": 2, "GTQ": 2, "HNL": 2}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` minor units of `currency` (ISO 4217)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        """`USD 250.00`: for logs and the command line; pages format by locale."""
        digits = MINOR_DIGITS[self.currency]
        whole, rest = divmod(abs(self.minor), 10**digits)
        sign = "-" if self.minor < 0 else ""
        return f"{self.currency} {sign}{whole:,}.{rest:0{digits}d}"
