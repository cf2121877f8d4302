"""What entries must be for services to take them, told as problems with what to do about each."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from ceiba.commitments.given import AnswerGiven, DeliveryGiven, SourceGiven, TermsGiven
from ceiba.commitments.models import TEXT_MAX
from ceiba.commitments.units import is_unit
from ceiba.core.commitments import Answered, Kind
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.partial_date import first_day, is_partial_date, last_day

register_messages(
    {
        "commitments.not_a_day": {
            "es": "«{text}» no es una fecha. Escriba un año, un mes o un día: 2022, 2022-05 o 2022-05-20.",
            "en": "“{text}” is no date. Write a year, a month or a day: 2022, 2022-05 or 2022-05-20.",
        },
        "commitments.in_the_future": {
            "es": "«{text}» todavía no llega: solo se registra lo que ya se dijo o se entregó.",
            "en": "“{text}” has not come yet: only what has been said or delivered is recorded.",
        },
        "commitments.due_before_said": {
            "es": "El plazo es anterior al día en que se dijo. Revise las dos fechas.",
            "en": "It is due before it was said. Check both dates.",
        },
        "commitments.same_party": {
            "es": "Quien se compromete y ante quién no pueden ser la misma parte.",
            "en": "A party does not promise to itself: choose two parties, or leave empty to whom.",
        },
        "commitments.unit": {
            "es": "Cantidad y unidad van juntas: el dinero en una moneda, lo demás en lo que se cuenta.",
            "en": "Quantity and unit go together: money in a currency, anything else in what is counted.",
        },
        "commitments.quantity": {
            "es": "La cantidad debe ser mayor que cero.",
            "en": "The quantity must be more than nothing.",
        },
        "commitments.subject": {
            "es": "Diga qué se prometió, al menos en un idioma.",
            "en": "Say what was promised, in one language at least.",
        },
        "commitments.other_unit": {
            "es": "El compromiso se cuenta en otra unidad. Use la misma, o no dé cantidad.",
            "en": "The commitment is counted in another unit. Use the same one, or give no quantity.",
        },
        "commitments.no_proposal": {
            "es": "Solo una propuesta se acepta, se rechaza o queda sin respuesta.",
            "en": "Only a proposal is accepted, declined or left without an answer.",
        },
        "commitments.sentence": {
            "es": "Esa oración no está, tal cual, en el texto de la fuente. Cópiela de ahí.",
            "en": "That sentence is not in the source's text as it stands. Copy it from there.",
        },
        "commitments.no_source": {
            "es": "No existe esa fuente. Elija una de la lista o registre una nueva.",
            "en": "There is no such source. Choose one of the list, or enter a new one.",
        },
        "commitments.text_too_long": {
            "es": "El texto tiene más de {most} caracteres. Pegue solo la parte donde se habla de compromisos.",
            "en": "The text has more than {most} characters. Paste only the part that speaks of commitments.",
        },
        "commitments.not_plain": {
            "es": "Solo texto: lo pegado contiene caracteres de control. Cópielo de nuevo como texto simple.",
            "en": "Text only: what was pasted holds control characters. Copy it again as plain text.",
        },
        "commitments.address": {
            "es": "La dirección debe empezar con https:// o http://.",
            "en": "The address must begin with https:// or http://.",
        },
        "commitments.title": {
            "es": "Una fuente lleva título: el encabezado de la nota o el nombre del documento.",
            "en": "A source has a title: the headline, or the document's name.",
        },
    }
)

_PLAIN: Final = frozenset("\n\t")


def source_check(given: SourceGiven, today: date) -> None:
    """Raise CeibaError with everything that is wrong with a source."""
    _raise(
        *(["commitments.title"] if not given.title else []),
        *(["commitments.not_plain"] if not _is_plain(given.text) else []),
        *(["commitments.address"] if given.address and not _is_address(given.address) else []),
        *_past(given.published_on, today),
        too_long=len(given.text) > TEXT_MAX,
    )


def terms_check(given: TermsGiven, today: date) -> None:
    """Raise CeibaError with everything that is wrong with the terms of a commitment."""
    _raise(
        *(["commitments.same_party"] if given.receiver == given.promiser else []),
        *(["commitments.subject"] if not (given.subject_es or given.subject_en) else []),
        *_quantity(given.quantity, given.unit, is_unit(given.unit, given.kind)),
        *_past(given.said_on, today, needed=True),
        *_due(given),
    )


def delivery_check(given: DeliveryGiven, unit: str, kind: Kind, today: date) -> None:
    """Raise CeibaError with everything wrong with evidence of delivery of a commitment counted in `unit`."""
    known = not unit or not given.unit or given.unit == unit
    _raise(
        *(["commitments.other_unit"] if not known else []),
        *_quantity(given.quantity, given.unit, bool(unit) or is_unit(given.unit, kind)),
        *_past(given.on, today, needed=True),
    )


def answer_check(given: AnswerGiven, kind: Kind, today: date) -> None:
    """Raise CeibaError with everything that is wrong with an answer to a commitment of this kind."""
    is_apt = kind == Kind.PROPOSAL or given.said == Answered.WITHDRAWN
    _raise(*(["commitments.no_proposal"] if not is_apt else []), *_past(given.on, today, needed=True))


def _quantity(quantity: Decimal | None, unit: str, is_known: bool) -> Iterator[str]:
    if (quantity is None) != (unit == "") or (unit and not is_known):
        yield "commitments.unit"
    if quantity is not None and quantity <= 0:
        yield "commitments.quantity"


def _past(text: str, today: date, *, needed: bool = False) -> Iterator[Problem]:
    if not text and not needed:
        return
    if not is_partial_date(text):
        yield Problem("commitments.not_a_day", values={"text": text})
    elif first_day(text) > today:
        yield Problem("commitments.in_the_future", values={"text": text})


def _due(given: TermsGiven) -> Iterator[Problem]:
    if not given.due_on:
        return
    if not is_partial_date(given.due_on):
        yield Problem("commitments.not_a_day", values={"text": given.due_on})
    elif is_partial_date(given.said_on) and last_day(given.due_on) < first_day(given.said_on):
        yield Problem("commitments.due_before_said")


def _is_plain(text: str) -> bool:
    return all(
        char in _PLAIN or ((char.isprintable() or char.isspace()) and ord(char) >= 32) for char in text
    )


def _is_address(address: str) -> bool:
    return address.startswith(("https://", "http://")) and not any(char.isspace() for char in address)


def _raise(*found: Problem | str, too_long: bool = False) -> None:
    problems = [Problem(each) if isinstance(each, str) else each for each in found]
    if too_long:
        problems.append(Problem("commitments.text_too_long", values={"most": f"{TEXT_MAX:,}"}))
    if problems:
        raise CeibaError(problems)
