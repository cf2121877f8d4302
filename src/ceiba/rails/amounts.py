"""Amounts as banks write them, and minor units. No float ever holds one."""

import re
from functools import lru_cache
from typing import Final

# ISO 4217: how many minor digits a currency has, where it is not two.
_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_CODE: Final = re.compile(r"[A-Z]{3}")
_NUMBER: Final = re.compile(r"(\d*)(?:\.(\d*))?", re.ASCII)
MINOR_MAX: Final = 10**17  # what 64 bits hold, and 18 digits of ISO 20022 with two of them minor


def minor_digits(currency: str) -> int:
    """How many digits of `currency` are minor (ISO 4217). Raises ValueError for what is no code of a currency."""
    if not _CODE.fullmatch(currency):
        raise ValueError(currency)
    return _DIGITS.get(currency, 2)


def major(minor: int, digits: int) -> str:
    """`25000` with two digits is `250.00`, without digits `25000`."""
    if not digits:
        return str(minor)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}"


@lru_cache(maxsize=4096)
def to_minor(text: str, currency: str) -> int:
    """`250.00`, `250`, `250.00000` of a currency with two digits are 25000.

    Raises ValueError for anything else, such as a sign, a comma, or a part of the smallest unit.
    """
    digits = minor_digits(currency)
    found = _NUMBER.fullmatch(text.strip())
    if found is None or not (found[1] or found[2]):
        raise ValueError(text)
    fraction = found[2] or ""
    if fraction[digits:].strip("0"):
        raise ValueError(text)
    minor = int((found[1] or "0") + fraction[:digits].ljust(digits, "0"))
    if minor >= MINOR_MAX:
        raise ValueError(text)
    return minor
