"""The units in which commitments are counted: currencies in use anywhere, and what the core names."""

from functools import lru_cache
from typing import Final

from babel.core import get_global
from babel.numbers import get_territory_currencies

from ceiba.core.commitments import UNITS, Kind

OFTEN: Final = ("USD", "MXN", "GTQ", "HNL", "EUR", "BZD", "CAD")


@lru_cache(maxsize=1)
def currencies() -> tuple[str, ...]:
    """The codes of the currencies that some country uses now, those of Ceiba's countries first."""
    used = {code for place in get_global("territory_currencies") for code in get_territory_currencies(place)}
    return (*OFTEN, *sorted(used - set(OFTEN)))


def is_unit(unit: str, kind: Kind) -> bool:
    """Whether a commitment of this kind can be counted in the unit: money in a currency alone."""
    if kind == Kind.MONEY:
        return unit in currencies()
    return unit in UNITS or (kind == Kind.PROPOSAL and unit in currencies())
