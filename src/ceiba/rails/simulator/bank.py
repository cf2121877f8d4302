"""The simulated bank at work: takes the order files of a folder and writes its answers into another.

Answers are dated, and numbered out of order; what is in one of them is shuffled. The bank remembers the message ids
that it took in a file beside its answers, so that the same order sent twice is refused.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, TypeVar

from ceiba.rails.csv_template.template import Template
from ceiba.rails.simulator.booked import Answer, Behaviour, Booking, answer
from ceiba.rails.simulator.received import received
from ceiba.rails.simulator.sheet import booking_rows, sheet, status_rows
from ceiba.rails.simulator.xml import STYLES, Xml

TAKEN: Final = "taken.json"
Openings = dict[tuple[str, str, date], int]
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
    files = [received(path, template, behaviour.day) for path in paths]
    answers.mkdir(parents=True, exist_ok=True)
    memory = answers / TAKEN
    taken: list[str] = json.loads(memory.read_text()) if memory.exists() else []
    worked, made = Worked(files=len(files)), list[tuple[Answer, int]]()
    for file in files:
        one = answer(file, behaviour, file.message in taken)
        if one.refusal is None:
            behaviour = replace(behaviour, deposits=())  # each comes once
        taken.append(file.message)
        made.append((one, taken.count(file.message)))
        worked.refused += one.refusal is not None
        for outcome, count in one.outcomes.items():
            worked.outcomes[outcome] = worked.outcomes.get(outcome, 0) + count
    parts = list[tuple[str, Iterable[str]]]()
    openings = _openings([one for one, _ in made], behaviour)
    for one, attempt in made:
        parts += _sheets(one, template) if template else _messages(one, behaviour, style, attempt, openings)
    _put(answers, parts, behaviour.seed, len(taken), template, worked)
    memory.write_text(json.dumps(taken))
    return worked


def _messages(
    made: Answer, behaviour: Behaviour, style: str, attempt: int, openings: Openings
) -> list[tuple[str, Iterable[str]]]:
    """The status; then for each day a notice and a statement."""
    file = made.file
    xml = Xml(file, style, datetime.combine(file.day, time(18)))
    again = "" if attempt == 1 else f"-{attempt}"
    messages: list[tuple[str, Iterable[str]]] = [
        (f"pain002-{file.message}", xml.status(f"S-{file.message}{again}"[:35], made))
    ]
    for day in sorted({booking.day for booking in made.bookings}):
        of_day = _shuffled([b for b in made.bookings if b.day == day], behaviour.seed)
        noticed, stated = [b for b in of_day if b.noticed], [b for b in of_day if b.stated]
        name = f"{day:%Y%m%d}-{file.message}"
        if noticed:
            messages.append((f"camt054-{name}", xml.notice(f"N{name}"[:35], noticed)))
        if stated:
            opening = openings[file.own_account, file.message, day]
            messages.append((f"camt053-{name}", xml.statement(f"E{name}"[:35], stated, opening)))
    for number, bookings in sorted(made.arrivals.items()):
        messages += _own_statements(xml, number, bookings, openings)
    return messages


def _own_statements(
    xml: Xml, number: str, bookings: list[Booking], openings: Openings
) -> Iterator[tuple[str, Iterable[str]]]:
    """For each day the statement of another account of the customer's."""
    own = replace(xml, file=replace(xml.file, own_account=number, own_iban=number[:2].isalpha()))
    for day in sorted({booking.day for booking in bookings}):
        of_day = [b for b in bookings if b.day == day and b.stated]
        if of_day:
            name = f"{day:%Y%m%d}-{xml.file.message}-own-{number}"
            opening = openings[number, xml.file.message, day]
            yield f"camt053-{name}", own.statement(f"O{name}"[:35], of_day, opening)


def _openings(made: list[Answer], behaviour: Behaviour) -> Openings:
    """What there is on each account before each statement: by account, message and day, in the order of days.

    Another account of the customer's begins with nothing.
    """
    ordered = sum(order.amount_minor for each in made for order in each.file.orders)
    begun = 2 * ordered if behaviour.opening_minor is None else behaviour.opening_minor
    moved: dict[tuple[str, str, date], int] = {}
    for each in made:
        for account, bookings in {each.file.own_account: each.bookings, **each.arrivals}.items():
            for b in bookings:
                key = account, each.file.message, b.day
                moved[key] = moved.get(key, 0) + (b.amount_minor if b.credit else -b.amount_minor) * b.stated
    balances = {each.file.own_account: begun for each in made}
    openings: Openings = {}
    for key in sorted(moved, key=lambda key: key[2]):
        openings[key] = balances.get(key[0], 0)
        balances[key[0]] = openings[key] + moved[key]
    return openings


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
