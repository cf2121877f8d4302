"""The simulated bank's answer as the CSV of a template."""

import csv
import io
from collections.abc import Iterator

from ceiba.core.banking import Said
from ceiba.rails.amounts import major, minor_digits
from ceiba.rails.csv_template.template import Template
from ceiba.rails.simulator.booked import Answer, Booking


def status_rows(template: Template, answer: Answer) -> list[dict[str, str]]:
    """A row a rejected order; every order when the whole is refused."""
    rejected = answer.rejected
    if answer.refusal:
        rejected = [(order, answer.refusal) for order in answer.file.orders]
    return [
        {
            "end_to_end_id": order.end_to_end_id,
            "said": _word(template, Said.REJECTED, credit=False),
            "reason": reason,
            "amount": _amount(template, answer, order.amount_minor),
        }
        for order, reason in rejected
    ]


def booking_rows(template: Template, answer: Answer, bookings: list[Booking]) -> list[dict[str, str]]:
    """A row a booking that the template has a word for: a provider may have none for a stranger's deposit."""
    return [
        {
            "end_to_end_id": booking.order or "",
            "said": _word(template, _said(booking), credit=booking.credit),
            "amount": _amount(template, answer, booking.amount_minor),
            "booked_on": booking.day.strftime(template.answer_form.date),
            "reference": booking.reference,
            "reason": booking.reason or "",
            "text": booking.text or "",
        }
        for booking in bookings
        if _word(template, _said(booking), credit=booking.credit)
    ]


def sheet(template: Template, answer: Answer, rows: list[dict[str, str]]) -> Iterator[str]:
    """The file, a piece at a time."""
    form, file = template.answer_form, answer.file
    common = {
        "currency": file.currency,
        "message": file.message,
        "batch": file.batch,
        "own_account": file.own_account,
    }
    for cells in (dict(template.answer_columns), *({**common, **row} for row in rows)):
        text = io.StringIO()
        writer = csv.writer(text, delimiter=form.separator, lineterminator=form.line_end)
        writer.writerow([cells.get(name, "") for name in template.answer_columns])
        yield text.getvalue()


def _said(booking: Booking) -> Said:
    if booking.order is None:
        return Said.OTHER
    return Said.RETURNED if booking.credit else Said.PAID


def _word(template: Template, said: Said, *, credit: bool) -> str:
    """The bank's word; an empty one where the template has none."""
    words = [
        word
        for word, meaning in template.meanings.items()
        if (meaning.said, meaning.credit) == (said, credit)
    ]
    return words[0] if words else ""


def _amount(template: Template, answer: Answer, minor: int) -> str:
    return major(minor, minor_digits(answer.file.currency)).replace(".", template.answer_form.decimal)
