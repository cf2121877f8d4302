"""Orders to write, and files to read, for the tests of rails."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from ceiba.core.banking import ENTRIES, ORDERS, Order, OwnAccount, Scheme
from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.base import Rail

SCHEMAS = Path(__file__).parent / "schemas"
SAMPLES = Path(__file__).parent / "samples"
OWN = OwnAccount("Programa Sembrando Oportunidades", Scheme.CLABE, "002010077777777771", "40002", "MXN")


def order(currency: str = "MXN", message: str = "CEIBA-1", own: OwnAccount = OWN) -> Order:
    debtor = OwnAccount(own.holder, own.scheme, own.account, own.bank, currency)
    return Order(message, datetime(2026, 11, 5, 10, tzinfo=UTC), date(2026, 11, 6), debtor)


def one(number: int = 1, **other: object) -> dict[str, object]:
    return {
        "end_to_end_id": f"{number:032}", "amount_minor": 25_000, "name": "ANA CHOC", "scheme": "clabe",
        "account": f"{number:018}", "bank": "40012", "concept": "Apoyo 2026-10", **other,
    }  # fmt: skip


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(ORDERS.dtypes), orient="row")


def told(rail: Rail, data: bytes | str, name: str = "bank.xml") -> pl.DataFrame:
    """Everything a file says."""
    read = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return pl.concat([ENTRIES.empty(), *rail.read(read, name)])


def codes(error: pytest.ExceptionInfo[CeibaError]) -> list[str]:
    for problem in error.value.problems:
        assert problem.text("es")
        assert problem.text("en")
    return [problem.code for problem in error.value.problems]


def valid(data: bytes, folder: Path = SCHEMAS) -> None:
    """The document fulfils the schema that its namespace names."""
    root = etree.fromstring(data)
    version = etree.QName(root).namespace.rpartition(":")[2]
    etree.XMLSchema(file=str(folder / f"{version}.xsd")).assertValid(root)
