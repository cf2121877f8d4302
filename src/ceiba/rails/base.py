"""What every rail fulfils: `write` orders as files, `read` a file as entries. Both stream."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

import polars as pl

from ceiba.core.banking import Order, Scheme


@dataclass(frozen=True, slots=True)
class Written:
    """A file written for a bank: its name in the folder, the message id and what its header promises.

    `sum_minor` is the control sum in minor units of the order's currency, `sha256` of the file's bytes.
    """

    name: str
    message: str
    count: int
    sum_minor: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What a bank says there is on an account of ours at the end of a day; below nothing: we owe it."""

    own_account: str | None
    on: date
    balance_minor: int


@runtime_checkable
class States(Protocol):
    """A rail whose bank also says what there is on the account."""

    def balances(self, file: BinaryIO, name: str) -> Iterator[Balance]:
        """The closing balances in `file`. Raises CeibaError as `Rail.read` does."""


class Rail(Protocol):
    """One way to pay. An instance holds the parameters that one bank asks for."""

    @property
    def schemes(self) -> frozenset[Scheme]:
        """How accounts may be named on this rail."""

    def write(self, orders: Iterable[pl.DataFrame], order: Order, folder: Path) -> list[Written]:
        """Write frames of `ORDERS` into `folder`, divided as the bank demands; the same orders give the same bytes.

        All files or none: what was written is removed when an order cannot be. Raises CeibaError (rail.*) for such
        orders, and for a file that is there already. That no end-to-end id comes twice is the caller's promise.
        """

    def read(self, file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
        """Frames of `ENTRIES`: what the bank says in `file`; `name` is how errors call it.

        An entry may come in several frames when the bank said it twice. Raises CeibaError (rail.*), possibly after
        some frames: take all of a file in one transaction.
        """
