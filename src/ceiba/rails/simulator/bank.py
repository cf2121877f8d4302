"""The simulated bank at work: takes the order files of a folder and writes its answers into another.

Answers are dated, and numbered out of order; what is in one of them is shuffled. The bank remembers the message ids
that it took in a file beside its answers, so that the same order sent twice is refused.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from typing import Final, TypeVar

from ceiba.rails.csv_template.template import Template
from ceiba.rails.simulator.booked import Answer, Behaviour, Booking, answer
from ceiba.rails.simulator.received import received
from ceiba.rails.simulator.sheet import booking_rows, sheet, status_rows
from ceiba.rails.simulator.xml import STYLES, Xml

TAKEN: Final = "taken.json"
_Item = TypeVar("_Item", Booking, tuple[str, Iterable[str]])


@dataclass(slots=True)
class Worked:
    """What the bank did in one go."""

    files: int = 0
    refused: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)


def work(
    orders: Path,
    answers: Path,
    behaviour: Behaviour,
    *,
    style: str = STYLES[1],
    template: Template | None = None,
) -> Worked:
    """Answer every order file in `orders`, in the order of their names; with a `template` those are CSV, and so are
    the answers.

    The same folders and behaviour give the same bytes. Raises CeibaError (rail.*) for a file that is no order file,
    before anything is answered.
    """
    paths = sorted(path for path in orders.iterdir() if path.is_file() and not path.name.startswith("."))
    files = [received(path, template) for path in paths]
    answers.mkdir(parents=True, exist_ok=True)
    memory = answers / TAKEN
    taken: list[str] = json.loads(memory.read_text()) if memory.exists() else []
    worked, parts = Worked(files=len(files)), list[tuple[str, Iterable[str]]]()
    for file in files:
        made = answer(file, behaviour, file.message in taken)
        if made.refusal is None:
            behaviour = replace(behaviour, deposits=())  # each comes once
        taken.append(file.message)
        worked.refused += made.refusal is not None
        for outcome, count in made.outcomes.items():
            worked.outcomes[outcome] = worked.outcomes.get(outcome, 0) + count
        attempt = taken.count(file.message)
        parts += _sheets(made, template) if template else _messages(made, behaviour, style, attempt)
    _put(answers, parts, behaviour.seed, len(taken), template, worked)
    memory.write_text(json.dumps(taken))
    return worked


def _messages(
    made: Answer, behaviour: Behaviour, style: str, attempt: int
) -> list[tuple[str, Iterable[str]]]:
    """The status; then for each day a notice and a statement."""
    file = made.file
    xml = Xml(file, style, datetime.combine(file.day, time(18)))
    again = "" if attempt == 1 else f"-{attempt}"
    messages: list[tuple[str, Iterable[str]]] = [
        (f"pain002-{file.message}", xml.status(f"S-{file.message}{again}"[:35], made))
    ]
    ordered = sum(order.amount_minor for order in file.orders)
    balance = 2 * ordered if behaviour.opening_minor is None else behaviour.opening_minor
    for day in sorted({booking.day for booking in made.bookings}):
        of_day = _shuffled([b for b in made.bookings if b.day == day], behaviour.seed)
        noticed, stated = [b for b in of_day if b.noticed], [b for b in of_day if b.stated]
        name = f"{day:%Y%m%d}-{file.message}"
        if noticed:
            messages.append((f"camt054-{name}", xml.notice(f"N{name}"[:35], noticed)))
        if stated:
            messages.append((f"camt053-{name}", xml.statement(f"E{name}"[:35], stated, balance)))
            balance += sum(b.amount_minor if b.credit else -b.amount_minor for b in stated)
    for number, bookings in sorted(made.arrivals.items()):
        messages += _own_statements(xml, number, bookings)
    return messages


def _own_statements(xml: Xml, number: str, bookings: list[Booking]) -> Iterator[tuple[str, Iterable[str]]]:
    """For each day the statement of another account of the customer's, which had nothing before."""
    is_iban = number[:2].isalpha()
    own = replace(xml, file=replace(xml.file, own_account=number, own_iban=is_iban))
    balance = 0
    for day in sorted({booking.day for booking in bookings}):
        of_day = [b for b in bookings if b.day == day and b.stated]
        if of_day:
            name = f"{day:%Y%m%d}-{xml.file.message}-own-{number}"
            yield f"camt053-{name}", own.statement(f"O{name}"[:35], of_day, balance)
            balance += sum(b.amount_minor if b.credit else -b.amount_minor for b in of_day)


def _sheets(made: Answer, template: Template) -> list[tuple[str, Iterable[str]]]:
    """One sheet of rejections, and one for each day on which something was booked."""
    file, sheets = made.file, list[tuple[str, Iterable[str]]]()
    rejected = status_rows(template, made)
    if rejected:
        sheets.append((f"rejected-{file.message}", sheet(template, made, rejected)))
    for day in sorted({booking.day for booking in made.bookings}):
        rows = booking_rows(template, made, [b for b in made.bookings if b.day == day])
        sheets.append((f"booked-{day:%Y%m%d}-{file.message}", sheet(template, made, rows)))
    return sheets


def _put(
    folder: Path,
    parts: list[tuple[str, Iterable[str]]],
    seed: int,
    taken: int,
    template: Template | None,
    worked: Worked,
) -> None:
    """Write the answers under numbers that are not in the order of what happened."""
    ending, encoding = (".csv", template.answer_form.encoding) if template else (".xml", "utf-8")
    for number, (name, texts) in enumerate(_shuffled(parts, seed), 1):
        path = folder / f"{taken:03}-{number:03}-{name}{ending}"
        path.write_bytes("".join(texts).encode(encoding))
        worked.answers.append(path.name)


def _shuffled(items: list[_Item], seed: int) -> list[_Item]:
    return random.Random(seed).sample(items, len(items))  # noqa: S311 - play, not secrecy
