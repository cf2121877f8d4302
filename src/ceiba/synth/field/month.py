"""The working days of a month in the field: who is visited when, and what else is filled in on the way."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

import numpy as np

from ceiba.core.kernel.month import Month
from ceiba.synth.field import visits
from ceiba.synth.field.pictures import Picture
from ceiba.synth.field.visits import Answers, Filled, Person, Portfolio
from ceiba.synth.streams import stream

LOCAL: Final = timezone(timedelta(hours=-6))  # Mexico and Central America, all year
PEOPLE_MAX: Final = 26  # of each portfolio are visited: the month is not over
_A_DAY: Final = 4
_FIRST_DAY: Final = 3
_EVERY: Final = {"planting": 4, "survival": 5, "plot-walk": 8, "harvest": 9, "incident": 16}
_PHOTO: Final = {
    "visit": "plot_photo", "planting": "planted_photo", "survival": "row_photo", "plot-walk": "corner_photo",
    "nursery": "nursery_photo", "life": "present/person_photo", "enrolment": "land/land_photo",
}  # fmt: skip
_SIGNATURE: Final = {
    "visit": "signature", "planting": "signature", "survival": "signature", "plot-walk": "signature",
    "nursery": "officer_signature", "life": "present/signature", "enrolment": "letter/signature",
}  # fmt: skip


def worked(seed: int, month: Month, portfolio: Portfolio) -> list[Filled]:
    """What one technician fills in, in the order of time; the first `PEOPLE_MAX` people of the portfolio.

    Sent at the end of the day, or on the next day with a signal.
    """
    filled: list[Filled] = []
    groups: set[str] = set()
    for n, person in enumerate(portfolio.people[:PEOPLE_MAX]):
        rng = stream(seed, f"field {person.code}")
        begun = _begun(month, n, rng)
        sent = _sent(begun.date(), n // _A_DAY, portfolio.technician, seed)
        for form, answers in _at(person, rng, begun, n, person.group not in groups):
            filled.append(made(form, portfolio.technician, person, begun, sent, answers))
            begun += timedelta(minutes=27)
        groups.add(person.group)
    return filled


def made(
    form: str, technician: str, person: Person, begun: datetime, sent: datetime, answers: Answers, name: str = ""
) -> Filled:  # fmt: skip
    """A form filled in from `begun` on, with the pictures it asks for and what it says of entities."""
    name = name or f"{form} {person.code}"
    lon, lat = person.land.lon, person.land.lat
    pictures = {
        path: Picture(f"{name} {path}", begun + timedelta(minutes=4), lon, lat, signed)
        for paths, signed in ((_PHOTO, False), (_SIGNATURE, True))
        if (path := paths.get(form))
    }
    entities = {
        "visit": {"participants": {"id": person.uuid, "baseVersion": str(person.version)}},
        "plot-walk": {"plots": {"id": person.land.uuid, "baseVersion": str(person.land.version)}},
    }.get(form, {})
    return Filled(
        name,
        form,
        technician,
        person,
        begun,
        sent,
        answers,
        pictures,
        entities,
        phone=f"collect:{technician}",
    )


def _at(
    person: Person, rng: np.random.Generator, begun: datetime, n: int, is_new_group: bool
) -> Iterator[tuple[str, Answers]]:
    """The forms filled in on one plot."""
    yield "visit", visits.visit(person, rng, begun, sessions=2 + sum(person.group.encode()) % 3)
    also = {form: (n + shift) % every == 0 for shift, (form, every) in enumerate(_EVERY.items())}
    if also["planting"]:
        yield "planting", visits.planting(person, rng)
    if also["survival"]:
        yield "survival", visits.survival(person, rng)
    if also["plot-walk"]:
        yield "plot-walk", visits.plot_walk(person, rng)
    if also["harvest"]:
        yield "harvest", visits.harvest(person, rng)
    if also["incident"]:
        yield "incident", visits.incident(person, rng, begun)
    if is_new_group:
        yield "nursery", visits.nursery(person, rng)
    if person.is_75:
        yield "life", visits.life(person, rng)


def _begun(month: Month, n: int, rng: np.random.Generator) -> datetime:
    """When the nth person is visited: from eight on, an hour and three quarters each, on working days."""
    day, slot = divmod(n, _A_DAY)
    minutes = 8 * 60 + slot * 105 + int(rng.integers(0, 20))
    return datetime.combine(_working_day(month, day), time(), LOCAL) + timedelta(minutes=minutes)


def _working_day(month: Month, n: int) -> date:
    first = month.first_day.replace(day=_FIRST_DAY)
    days = (first + timedelta(days=each) for each in range(60))
    return [day for day in days if day.weekday() < 5][n]


def _sent(day: date, number: int, technician: str, seed: int) -> datetime:
    rng = stream(seed, f"signal {technician}", number)
    late = timedelta(days=int(rng.choice((0, 0, 0, 1, 2))), minutes=int(rng.integers(0, 150)))
    return datetime.combine(day, time(18), LOCAL) + late
