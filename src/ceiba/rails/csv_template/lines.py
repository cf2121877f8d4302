"""Orders as rows of a bank's CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from ceiba.core.banking import Order
from ceiba.rails.amounts import major, minor_digits
from ceiba.rails.csv_template.template import Cell, Template
from ceiba.rails.division import Columns
from ceiba.rails.letters import Letters, written
from ceiba.rails.problems import Fail

_TEXTS = ("name", "concept")  # what people write, put into the bank's letters; the rest are codes


class Lines:
    """Writes what one order's files hold."""

    def __init__(self, template: Template, order: Order) -> None:
        self._template = template
        self._digits = minor_digits(order.debtor.currency)
        self._fixed = {
            "execute_on": order.execute_on.strftime(template.form.date),
            "own_account": order.debtor.account,
            "own_holder": written([order.debtor.holder], template.letters, 140)[0],
            "own_bank": order.debtor.bank or "",
            "currency": order.debtor.currency,
        }

    def opening(self, message: str, count: int, sum_minor: int) -> bytes:
        """What stands above the orders: the bank's opening row, then the titles, where the template has them."""
        template = self._template
        values = {**self._fixed, "message": message, "count": str(count), "sum": self._amount(sum_minor)}
        rows = [[_cut(cell, values.get(cell.value or "", cell.fixed)) for cell in template.opening]]
        if template.titles:
            rows.append([cell.title for cell in template.cells])
        return b"".join(self._encoded(row) for row in rows if row)

    def texts(self, columns: Columns) -> list[bytes]:
        """One row an order. Raises CeibaError (rail.order) for what the bank's encoding does not hold."""
        count = len(columns["end_to_end_id"])
        cells = [self._column(cell, columns, count) for cell in self._template.cells]
        rows: list[bytes] = []
        for number, row in enumerate(zip(*cells, strict=True)):
            try:
                rows.append(self._encoded(row))
            except UnicodeEncodeError:
                order = columns["end_to_end_id"][number]
                raise Fail("").error("rail.order", order=order, field="encoding") from None
        return rows

    def _column(self, cell: Cell, columns: Columns, count: int) -> Iterable[str]:
        if cell.value is None or cell.value in self._fixed:
            return [_cut(cell, self._fixed.get(cell.value or "", cell.fixed))] * count
        if cell.value == "amount":
            return [self._amount(minor) for minor in columns["amount_minor"]]
        if cell.value in _TEXTS:
            texts = written(columns[cell.value], self._template.letters, cell.length_max)
            if cell.value == "name" and "" in texts:
                order = columns["end_to_end_id"][texts.index("")]
                raise Fail("").error("rail.order", order=order, field="name")
            return texts
        values: list[Any] = columns[cell.value]
        for order, value in zip(columns["end_to_end_id"], values, strict=True):
            _check_code(order, cell, value)
        return [_cut(cell, "" if value is None else str(value)) for value in values]

    def _amount(self, minor: int) -> str:
        return major(minor, self._digits).replace(".", self._template.form.decimal)

    def _encoded(self, row: Sequence[str]) -> bytes:
        form, text = self._template.form, io.StringIO()
        csv.writer(text, delimiter=form.separator, lineterminator=form.line_end).writerow(row)
        return text.getvalue().encode(form.encoding)


def _check_code(order: str, cell: Cell, value: object) -> None:
    """A code is never cut short or made to fit: another account would be paid."""
    text = "" if value is None else str(value)
    bare = "".join(filter(str.isdigit, text)) if cell.digits_only else text
    if len(bare) > cell.length_max or written([text], Letters.BASIC, len(text))[0] != text:
        raise Fail("").error("rail.order", order=order, field=cell.value)


def _cut(cell: Cell, text: str) -> str:
    """The text as the column takes it: digits alone where it asks for them."""
    return "".join(filter(str.isdigit, text)) if cell.digits_only else text
