"""The rail of ISO 20022, with what one bank asks of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from ceiba.core.banking import Order, Scheme
from ceiba.rails.base import Balance, Written
from ceiba.rails.division import Body, Limits, columns_of, divided, message_of
from ceiba.rails.files import outbox
from ceiba.rails.iso20022 import pain001
from ceiba.rails.iso20022.balances import balances
from ceiba.rails.iso20022.reading import entries
from ceiba.rails.iso20022.validation import Validation


@dataclass(frozen=True, slots=True)
class Iso20022:
    """Orders as pain.001, each file validated as it is written; answers as pain.002, camt.053, camt.054."""

    shape: pain001.Shape = field(default_factory=pain001.Shape)
    limits: Limits = field(default_factory=Limits)

    @property
    def schemes(self) -> frozenset[Scheme]:
        """Accounts at banks."""
        return frozenset({Scheme.CLABE, Scheme.IBAN, Scheme.LOCAL})

    def write(self, orders: Iterable[pl.DataFrame], order: Order, folder: Path) -> list[Written]:
        """See `Rail.write`. A file is one batch (PmtInf) under the message's id."""
        lines = pain001.Lines(self.shape, order.debtor.currency)
        texts = ((lines.texts(columns), columns) for columns in columns_of(orders, self.schemes))
        with outbox(folder) as box:
            for number, (body, more) in enumerate(divided(texts, self.limits), 1):
                message = message_of(order, number, more)
                name = f"{message}.xml"
                parts = self._validated(self._document(order, message, body), name)
                box.add(name, message, body.count, body.sum_minor, parts)
        return box.written

    def read(self, file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
        """See `Rail.read`."""
        return entries(file, name)

    def balances(self, file: BinaryIO, name: str) -> Iterator[Balance]:
        """See `States.balances`."""
        return balances(file, name)

    def _document(self, order: Order, message: str, body: Body) -> Iterator[bytes]:
        yield pain001.opening(self.shape, order, message, body.count, body.sum_minor)
        yield from body.parts()
        yield pain001.CLOSING

    def _validated(self, parts: Iterable[bytes], name: str) -> Iterator[bytes]:
        validation = Validation(self.shape.version, name)
        for part in parts:
            validation.feed(part)
            yield part
        validation.close()
