"""A bank's CSV answer as entries: which column is what, and which word means what, stands in the template."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import BinaryIO, Final

import polars as pl

from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.csv_template.template import Template
from ceiba.rails.entries import UNNUMBERED, Row, Values, entry_id, gathered, given, told_apart

_LINE_MAX: Final = 100_000  # characters; a longer one is no row of a bank's answer


def entries(template: Template, file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
    """Frames of `ENTRIES`. Raises CeibaError: rail.not_csv, rail.lacks (a column), rail.value (a cell)."""
    return told_apart(gathered(_rows(template, file, name)))


def _rows(template: Template, file: BinaryIO, name: str) -> Iterator[Row]:
    answer = _Answer(template, name)
    text = io.TextIOWrapper(file, encoding=_reading(template.answer_form.encoding), newline="")
    try:
        reader = csv.DictReader(_lines(text, answer), delimiter=template.answer_form.separator, strict=True)
        missing = set(template.answer_columns.values()) - set(reader.fieldnames or ())
        if missing:
            raise answer.values.fail.error("rail.lacks", field=", ".join(sorted(missing)))
        for number, cells in enumerate(reader, 1):
            yield answer.row(cells, number)
    except (csv.Error, UnicodeDecodeError) as error:
        raise answer.values.fail.error("rail.not_csv", why=str(error)[:100]) from None
    finally:
        text.detach()


def _reading(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _lines(text: io.TextIOWrapper, answer: "_Answer") -> Iterator[str]:
    while line := text.readline(_LINE_MAX + 1):
        if len(line) > _LINE_MAX:
            raise answer.values.fail.error("rail.not_csv", why=f"> {_LINE_MAX}")
        yield line


class _Answer:
    """Reads the rows of one file."""

    def __init__(self, template: Template, name: str) -> None:
        self._template = template
        self.values = Values(name)

    def row(self, cells: Mapping[str | None, object], number: int) -> Row:
        """A row of `ENTRIES`. Raises CeibaError (rail.not_csv, rail.value)."""
        if None in cells or None in cells.values():
            raise self.values.fail.error("rail.not_csv", row=number, why="columns")
        read = {
            ours: str(cells[theirs]).strip() or None for ours, theirs in self._template.answer_columns.items()
        }
        said = read["said"] or ""
        meaning = self._template.meanings.get(said)
        if meaning is None:
            raise self._wrong(number, "said", said)
        currency, order = read.get("currency"), given(read["end_to_end_id"])
        amount = self._amount(read.get("amount"), currency, number)
        day = self._day(read.get("booked_on"), number)
        booked = meaning.booked and amount is not None
        reference, reason, text = read.get("reference"), read.get("reason"), read.get("text")
        saying = (meaning.said, order, amount, currency, meaning.credit, read.get("own_account"), reason)
        key = entry_id(
            "csv", reference, *saying, None if reference else day, None if reference or order else text
        )
        return (
            f"{key}{UNNUMBERED}" if booked and not reference else key,
            meaning.said.value, order, read.get("message"), read.get("batch"), amount, currency, meaning.credit,
            read.get("own_account"), booked, day, reference, reason, text,
        )  # fmt: skip

    def _amount(self, text: str | None, currency: str | None, number: int) -> int | None:
        if text is None:
            return None
        plain = text.replace(",", ".") if self._template.answer_form.decimal == "," else text
        try:
            return self.values.amount(plain, currency or "XXX", "amount", None) or None
        except CeibaError:
            raise self._wrong(number, "amount", text) from None

    def _day(self, text: str | None, number: int) -> date | None:
        if text is None:
            return None
        try:
            return datetime.strptime(text, self._template.answer_form.date).date()  # noqa: DTZ007 - a day
        except ValueError:
            raise self._wrong(number, "booked_on", text) from None

    def _wrong(self, number: int, field: str, value: str) -> Exception:
        titled = self._template.answer_columns[field]
        return self.values.fail.error("rail.value", row=number, field=titled, value=value[:100])
