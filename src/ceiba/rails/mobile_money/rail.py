"""The rail of mobile money: a provider's bulk CSV, by template, paid to telephone numbers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from ceiba.core.banking import Order, Scheme
from ceiba.rails.base import Written
from ceiba.rails.csv_template.rail import CsvTemplate
from ceiba.rails.csv_template.template import Template
from ceiba.rails.problems import Fail

EXAMPLE: Final = Path(__file__).parent / "templates" / "example-provider.toml"
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class MobileMoney:
    """Orders to telephones. `countries` are the dialling codes that the provider serves; none: any."""

    template: Template
    countries: tuple[str, ...] = ()

    @property
    def schemes(self) -> frozenset[Scheme]:
        """Telephone numbers, in the form of E.164."""
        return frozenset({Scheme.PHONE})

    def write(self, orders: Iterable[pl.DataFrame], order: Order, folder: Path) -> list[Written]:
        """See `Rail.write`. Raises CeibaError (rail.order) also for a number that is none, or of another country."""
        return CsvTemplate(self.template).write(map(self._checked, orders), order, folder)

    def read(self, file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
        """See `Rail.read`."""
        return CsvTemplate(self.template).read(file, name)

    def _checked(self, orders: pl.DataFrame) -> pl.DataFrame:
        served = tuple(f"+{code}" for code in self.countries) or ("+",)
        phones = (orders["scheme"] == Scheme.PHONE.value).to_list()
        for order, number, phone in zip(orders["end_to_end_id"], orders["account"], phones, strict=True):
            if phone and not (_E164.fullmatch(number) and number.startswith(served)):
                raise Fail("").error("rail.order", order=order, field="account")
        return orders
