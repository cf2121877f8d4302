"""What a person may share of themselves, and how it was read to whoever gives consent with the office."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

CONSENT_DAYS_MAX: Final = 2 * 366
"""Assumption: a consent is for two years at most; whoever still wants it gives it again."""


class Part(StrEnum):
    """A part of a dossier. Name and birth date are in every consent: without them nothing else is of anybody."""

    IDENTITY = "identity"
    CONSTANCIA = "constancia"
    RECORD = "record"
    PLOTS = "plots"
    CONTACT = "contact"


class Reading(StrEnum):
    """How what is shared was told to the person before they said yes."""

    OWN = "own"  # read on their own page, by themselves
    ALOUD = "aloud"  # the office read it aloud, in a language that the person named
    INTERPRETED = "interpreted"  # somebody put it into the person's language
    PAPER = "paper"  # the person read it on paper


WITH_OFFICE: Final = (Reading.ALOUD, Reading.INTERPRETED, Reading.PAPER)


def parts_of(chosen: Iterable[str]) -> tuple[Part, ...]:
    """What was chosen, in the order of `Part` and with the identity; what is no part is left out.

    >>> [str(part) for part in parts_of(["plots", "everything", "constancia"])]
    ['identity', 'constancia', 'plots']
    """
    wanted = {Part.IDENTITY, *chosen}
    return tuple(part for part in Part if part in wanted)


def until_last(given_on: date) -> date:
    """The last day until which a consent of `given_on` can be given."""
    return given_on + timedelta(days=CONSENT_DAYS_MAX)
