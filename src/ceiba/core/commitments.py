"""What has become of a commitment: its state, from what was promised, what was delivered and what was answered.

A state is never typed in. It follows from the rows that two people entered and from the day on which it is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ceiba.core.kernel.partial_date import first_day, last_day


class Kind(StrEnum):
    """What is promised."""

    MONEY = "money"
    GOODS = "goods"
    SERVICE = "service"
    ACTION = "action"
    NEGOTIATION = "negotiation"
    PROPOSAL = "proposal"  # asked of the other party: nothing is promised before it is accepted


class State(StrEnum):
    """How a commitment stands, in the order in which pages list them."""

    LATE = "late"  # its day has passed and it is not met
    UNANSWERED = "unanswered"  # a proposal to which nobody said yes or no
    OPEN = "open"
    PARTLY_MET = "partly_met"
    MET = "met"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PROPOSED = "proposed"  # entered by one person, confirmed by nobody yet


class Answered(StrEnum):
    """What was said afterwards: by the other party to a proposal, or by who takes a promise back."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NONE = "none"  # a source says that there was no answer
    WITHDRAWN = "withdrawn"


UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "doses": {"es": "dosis", "en": "doses"},
    "vaccines": {"es": "vacunas", "en": "vaccines"},
    "hectares": {"es": "hectáreas", "en": "hectares"},
    "trees": {"es": "árboles", "en": "trees"},
    "plants": {"es": "plantas", "en": "plants"},
    "jobs": {"es": "empleos", "en": "jobs"},
    "people": {"es": "personas", "en": "people"},
    "farmers": {"es": "productores", "en": "farmers"},
    "young_people": {"es": "jóvenes", "en": "young people"},
    "families": {"es": "familias", "en": "families"},
    "scholarships": {"es": "becas", "en": "scholarships"},
    "visas": {"es": "visas", "en": "visas"},
    "tonnes": {"es": "toneladas", "en": "tonnes"},
    "schools": {"es": "escuelas", "en": "schools"},
    "ventilators": {"es": "ventiladores", "en": "ventilators"},
    "tractors": {"es": "tractores", "en": "tractors"},
    "technicians": {"es": "técnicos", "en": "technicians"},
}
"""What is counted, besides money: its code and its name."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised. `unit` is one of `UNITS` or a currency (ISO 4217); `due_on` is empty if none was given."""

    kind: Kind
    quantity: Decimal | None
    unit: str
    due_on: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """Evidence of delivery: when (a partial date), how much; `completes` where a source says that it was all."""

    on: str
    quantity: Decimal | None
    unit: str
    completes: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said afterwards, when; `order` tells which of two of one day was entered later."""

    on: str
    order: int
    said: Answered


def state_of(promise: Promise, deliveries: Iterable[Delivered], replies: Iterable[Reply], on: date) -> State:
    """The state on a day. What is dated later than `on` is not known then; the order of the rows does not matter."""
    if not promise.is_confirmed:
        return State.PROPOSED
    last = _last_reply(replies, on)
    if last == Answered.WITHDRAWN:
        return State.WITHDRAWN
    if promise.kind == Kind.PROPOSAL and last != Answered.ACCEPTED:
        return State.DECLINED if last == Answered.DECLINED else State.UNANSWERED
    known = [each for each in deliveries if first_day(each.on) <= on]
    if _is_met(promise, known):
        return State.MET
    if promise.due_on and on > last_day(promise.due_on):
        return State.LATE
    return State.PARTLY_MET if known else State.OPEN


def delivered(promise: Promise, deliveries: Iterable[Delivered], on: date) -> Decimal:
    """How much of what was promised has been delivered by `on`, in the promise's unit; other units do not count."""
    return _sum(promise, (each for each in deliveries if first_day(each.on) <= on))


def _is_met(promise: Promise, known: list[Delivered]) -> bool:
    """A number is met by a number alone; what has none, by evidence that says it was all."""
    if promise.quantity is None:
        return any(each.completes for each in known)
    return _sum(promise, known) >= promise.quantity


def _sum(promise: Promise, known: Iterable[Delivered]) -> Decimal:
    alike = (each.quantity for each in known if each.unit == promise.unit and each.quantity is not None)
    return sum(alike, Decimal(0))


def _last_reply(replies: Iterable[Reply], on: date) -> Answered | None:
    """The last thing said by `on`; of two of one day, what was entered last."""
    known = [(last_day(each.on), each.order, each.said) for each in replies if first_day(each.on) <= on]
    return max(known)[2] if known else None
