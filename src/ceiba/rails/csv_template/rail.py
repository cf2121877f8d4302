"""The rail of a bank's own CSV."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from ceiba.core.banking import Order, Scheme
from ceiba.rails.base import Written
from ceiba.rails.csv_template.answers import entries
from ceiba.rails.csv_template.lines import Lines
from ceiba.rails.csv_template.template import Template
from ceiba.rails.division import Body, columns_of, divided, message_of
from ceiba.rails.files import outbox


@dataclass(frozen=True, slots=True)
class CsvTemplate:
    """Orders and answers as `template` describes them."""

    template: Template

    @property
    def schemes(self) -> frozenset[Scheme]:
        """As the template says."""
        return self.template.schemes

    def write(self, orders: Iterable[pl.DataFrame], order: Order, folder: Path) -> list[Written]:
        """See `Rail.write`."""
        lines = Lines(self.template, order)
        texts = ((lines.texts(columns), columns) for columns in columns_of(orders, self.schemes))
        with outbox(folder) as box:
            for number, (body, more) in enumerate(divided(texts, self.template.limits), 1):
                message = message_of(order, number, more)
                name = f"{message}.{self.template.extension}"
                box.add(name, message, body.count, body.sum_minor, _document(lines, message, body))
        return box.written

    def read(self, file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
        """See `Rail.read`."""
        return entries(self.template, file, name)


def _document(lines: Lines, message: str, body: Body) -> Iterator[bytes]:
    yield lines.opening(message, body.count, body.sum_minor)
    yield from body.parts()
