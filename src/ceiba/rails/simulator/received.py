"""Order files as the simulated bank takes them: pain.001, or a CSV by its template."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from ceiba.rails.csv_template.template import Cell, Template
from ceiba.rails.entries import Values
from ceiba.rails.iso20022.pain001 import VERSIONS
from ceiba.rails.iso20022.stream import Record, Stream

_RECORDS = frozenset({"GrpHdr", "PmtInf", "CdtTrfTxInf"})


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order of a file."""

    end_to_end_id: str
    amount_minor: int
    to: str = ""  # the payee's account


@dataclass(slots=True)
class Received:
    """An order file as read, and what is wrong with it (`refusal`: a reason code of ISO 20022), if anything."""

    message: str = ""
    batch: str = ""
    currency: str = ""
    own_account: str = ""
    own_iban: bool = False
    day: date = date(1970, 1, 1)
    count: int = 0
    sum_minor: int = 0
    orders: list[Ordered] = field(default_factory=list)

    @property
    def refusal(self) -> str | None:
        """`AM18` when it holds another number of orders than it says, `AM10` another sum."""
        if self.count != len(self.orders):
            return "AM18"
        return "AM10" if self.sum_minor != sum(order.amount_minor for order in self.orders) else None


def received(path: Path, template: Template | None, day: date) -> Received:
    """The order file at `path`: pain.001 by its ending .xml, anything else by `template`; it is paid on `day`
    if it names none.

    Raises CeibaError (rail.*) for what is no such file.
    """
    with path.open("rb") as file:
        if path.suffix == ".xml":
            return _pain001(file, path.name)
        return _csv(file, path, template, day)


def _pain001(file: BinaryIO, name: str) -> Received:
    values, found = Values(name), Received()

    def open_document(namespace: str) -> frozenset[str]:
        version = namespace.rpartition(":")[2]
        if version not in VERSIONS:
            raise values.fail.error("rail.kind", found=version[:60], known=", ".join(VERSIONS))
        return _RECORDS

    totals: tuple[str, str] | None = None
    for record in Stream(name, open_document).records(file):
        if record.name == "GrpHdr":
            found.message = _field(record, "/MsgId", values)
            totals = _field(record, "/NbOfTxs", values), _field(record, "/CtrlSum", values)
        elif record.name == "CdtTrfTxInf":
            found.orders.append(_order(record, values, found))
        elif record.name == "PmtInf":
            _batch(record, values, found)
    if totals is None or not found.currency:
        raise values.fail.error("rail.lacks", field="GrpHdr, CdtTrfTxInf")
    found.count = int(totals[0]) if totals[0].isdecimal() else -1
    found.sum_minor = values.amount(totals[1], found.currency, "CtrlSum", None)
    return found


def _order(record: Record, values: Values, found: Received) -> Ordered:
    path = "/Amt/InstdAmt"
    found.currency = record.fields.get(f"{path}@Ccy", "")
    order = _field(record, "/PmtId/EndToEndId", values)
    to = record.fields.get("/CdtrAcct/Id/IBAN") or record.fields.get("/CdtrAcct/Id/Othr/Id", "")
    return Ordered(order, values.amount(_field(record, path, values), found.currency, path, order), to)


def _batch(record: Record, values: Values, found: Received) -> None:
    fields = record.fields
    found.batch = _field(record, "/PmtInfId", values)
    found.own_iban = "/DbtrAcct/Id/IBAN" in fields
    found.own_account = fields.get("/DbtrAcct/Id/IBAN") or _field(record, "/DbtrAcct/Id/Othr/Id", values)
    day = values.day(
        fields.get("/ReqdExctnDt/Dt") or _field(record, "/ReqdExctnDt", values), "ReqdExctnDt", None
    )
    found.day = day or found.day


def _field(record: Record, path: str, values: Values) -> str:
    """The text of a leaf that must be there. Raises CeibaError (rail.lacks)."""
    if path not in record.fields:
        raise values.fail.error("rail.lacks", field=f"{record.name}{path}")
    return record.fields[path]


def _csv(file: BinaryIO, path: Path, template: Template | None, day: date) -> Received:
    """A bank's CSV. Its message id is the file's name, as we write it, where no opening row says it."""
    values = Values(path.name)
    if template is None:
        raise values.fail.error("rail.kind", found=path.suffix, known="pain.001")
    form, lines = template.form, file.read().decode(template.form.encoding).splitlines()
    rows = list(csv.reader(lines, delimiter=form.separator))
    head = _by_value(template.opening, rows.pop(0)) if template.opening and rows else {}
    orders = [_by_value(template.cells, row) for row in rows[template.titles :]]
    known = {**(orders[0] if orders else {}), **head}
    found = Received(
        message=known.get("message", path.stem),
        batch=known.get("message", path.stem),
        currency=known.get("currency", "XXX"),
        own_account=known.get("own_account", ""),
        day=day,
    )
    if "execute_on" in known:
        found.day = datetime.strptime(known["execute_on"], form.date).date()  # noqa: DTZ007 - a day

    def minor(cells: dict[str, str], name: str) -> int:
        return values.amount(cells.get(name, "").replace(form.decimal, "."), found.currency, name, None)

    for cells in orders:
        amount = int(cells["amount_minor"]) if "amount_minor" in cells else minor(cells, "amount")
        found.orders.append(Ordered(cells["end_to_end_id"], amount))
    found.count = int(head["count"]) if "count" in head else len(found.orders)
    told = sum(order.amount_minor for order in found.orders)
    found.sum_minor = minor(head, "sum") if "sum" in head else told
    return found


def _by_value(cells: Sequence[Cell], row: list[str]) -> dict[str, str]:
    """A row's texts by what they hold."""
    return {cell.value: text for cell, text in zip(cells, row, strict=False) if cell.value}
