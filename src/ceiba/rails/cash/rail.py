"""The rail of cash: a pay list a place, signed twice, and given back filled in.

A pay list goes out with its money. Each person signs that they received it and whoever pays signs that they gave it:
the *double receipt*, two numbers on the list. What nobody collects is returned by a day: `NO` and the day on which it
was handed back. A row that is left blank says nothing: that payment stays unknown, and a person asks.

No row is booked: what moves on our account is the withdrawal of a list's money and the deposit of what came back, and
the bank's statement says that.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from ceiba.core.banking import Order, Said, Scheme
from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.amounts import major, minor_digits
from ceiba.rails.base import Written
from ceiba.rails.division import columns_of
from ceiba.rails.entries import Row, Values, entry_id, gathered
from ceiba.rails.files import outbox

TITLES: Final = (
    "numero", "orden", "nombre", "monto", "moneda", "concepto", "lugar", "devolver_antes_de", "lista",
    "cobrado", "fecha", "recibo_de_la_persona", "recibo_de_quien_paga", "nota",
)  # fmt: skip
_GIVEN: Final = frozenset({"SI", "SÍ", "YES"})
_NOT_GIVEN: Final = frozenset({"NO"})
UNCOLLECTED: Final = "UNCOLLECTED"  # our own reason: cash knows no code of ISO 20022


@dataclass(frozen=True, slots=True)
class PayListRow:
    """A person on a pay list: what a printed list shows, and a receipt names."""

    number: int
    end_to_end_id: str
    name: str
    amount_minor: int
    concept: str


@dataclass(frozen=True, slots=True)
class PayList:
    """What is handed over in one place under one message id; what is not collected comes back by `return_by`."""

    message: str
    place: str
    currency: str
    execute_on: date
    return_by: date
    rows: tuple[PayListRow, ...]

    @property
    def sum_minor(self) -> int:
        """The money that goes to the place."""
        return sum(row.amount_minor for row in self.rows)


@dataclass(frozen=True, slots=True)
class Cash:
    """Pay lists. `return_days` after the day of paying, uncollected money is due back: an assumption until set."""

    return_days: int = 15

    @property
    def schemes(self) -> frozenset[Scheme]:
        """Cash; the account is the place where."""
        return frozenset({Scheme.CASH})

    def pay_lists(self, orders: Iterable[pl.DataFrame], order: Order) -> list[PayList]:
        """The lists by place, each place's people by name: for printing, and for `write`.

        Cash is the exception, so all of it is held in memory. Raises CeibaError as `Rail.write` does.
        """
        places: dict[str, list[tuple[str, str, int, str]]] = {}
        for columns in columns_of(orders, self.schemes):
            for place, *person in zip(
                columns["account"], columns["name"], columns["end_to_end_id"], columns["amount_minor"],
                columns["concept"], strict=True,
            ):  # fmt: skip
                places.setdefault(place, []).append(tuple(person))
        many = len(places) > 1
        return [
            PayList(
                message=f"{order.message}-{number}" if many else order.message,
                place=place,
                currency=order.debtor.currency,
                execute_on=order.execute_on,
                return_by=order.execute_on + timedelta(days=self.return_days),
                rows=tuple(
                    PayListRow(row, order_id, name, amount, concept)
                    for row, (name, order_id, amount, concept) in enumerate(sorted(places[place]), 1)
                ),
            )
            for number, place in enumerate(sorted(places), 1)
        ]

    def write(self, orders: Iterable[pl.DataFrame], order: Order, folder: Path) -> list[Written]:
        """See `Rail.write`. A file is one place's list, with the columns to be filled in."""
        with outbox(folder) as box:
            for pay_list in self.pay_lists(orders, order):
                message, count = pay_list.message, len(pay_list.rows)
                box.add(f"{message}.csv", message, count, pay_list.sum_minor, [_as_csv(pay_list)])
        return box.written

    def read(self, file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
        """See `Rail.read`: a list as it came back. A row needs both receipts to say that somebody was paid."""
        return gathered(_filled_in(file, name))


def _as_csv(pay_list: PayList) -> bytes:
    """The list as people fill it in: UTF-8 with its mark, so that a spreadsheet shows the accents."""
    text, digits = io.StringIO(), minor_digits(pay_list.currency)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(TITLES)
    for row in pay_list.rows:
        about = (
            pay_list.currency,
            row.concept,
            pay_list.place,
            pay_list.return_by.isoformat(),
            pay_list.message,
        )
        amount = major(row.amount_minor, digits)
        cells = (row.number, row.end_to_end_id, row.name, amount, *about)
        writer.writerow([_harmless(str(cell)) for cell in cells] + [""] * 5)
    return text.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """The text, which no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _filled_in(file: BinaryIO, name: str) -> Iterator[Row]:
    values = Values(name)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        reader = csv.DictReader(text, strict=True)
        if missing := set(TITLES) - set(reader.fieldnames or ()):
            raise values.fail.error("rail.lacks", field=", ".join(sorted(missing)))
        for number, cells in enumerate(reader, 1):
            if None in cells or None in cells.values():
                raise values.fail.error("rail.not_csv", row=number, why="columns")
            yield from _outcome(cells, number, values)
    except (csv.Error, UnicodeDecodeError) as error:
        raise values.fail.error("rail.not_csv", why=str(error)[:100]) from None
    finally:
        text.detach()


def _outcome(cells: Mapping[str, str], number: int, values: Values) -> Iterator[Row]:
    """What one row says: paid out; paid out and handed back; or nothing yet."""
    answer = cells["cobrado"].strip().upper()
    order, message = cells["orden"].strip(), cells["lista"].strip()
    if not answer:
        return
    try:
        amount = values.amount(cells["monto"], cells["moneda"].strip(), "monto", None)
        day = values.day(cells["fecha"].strip() or None, "fecha", None)
    except CeibaError as error:
        wrong = error.problems[0].values
        raise values.fail.error("rail.value", row=number, **wrong) from None
    receipts = [cells[title].strip() for title in TITLES[-3:-1]]
    if answer in _GIVEN:
        if not all(receipts):
            raise values.fail.error("rail.lacks", row=number, field=" + ".join(TITLES[-3:-1]))
        said, reason, reference = Said.PAID, None, "/".join(receipts)
    elif answer in _NOT_GIVEN:
        said, reason, reference = Said.REJECTED, UNCOLLECTED, None
    else:
        raise values.fail.error("rail.value", row=number, field="cobrado", value=answer[:100])
    if day is None or not order:
        raise values.fail.error("rail.lacks", row=number, field="orden" if day else "fecha")
    yield (
        entry_id("cash", message, order, said), said.value, order, message, None, amount,
        cells["moneda"].strip(), False, None, False, day, reference, reason,
        cells["nota"].strip() or None,
    )  # fmt: skip
