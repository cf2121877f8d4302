"""Quantities, days and subjects of commitments in words, in the language of the page."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext as _

from ceiba.commitments.models import Terms
from ceiba.core.commitments import UNITS
from ceiba.web import words


def quantity(amount: Decimal | None, unit: str) -> str:
    """`USD 310,000,000`, `2,700,000 doses`; a dash for none."""
    if amount is None:
        return words.NOTHING
    written = f"{amount:,.2f}".removesuffix(".00")
    if unit in UNITS:
        return f"{written}{words.SPACE}{words.words(UNITS[unit])}"
    return f"{unit}{words.SPACE}{written}"


def partial_date(text: str) -> str:
    """`20 may 2022`, `mayo de 2022`, `2022`: as much as the source says; a dash for nothing."""
    if not text:
        return words.NOTHING
    if len(text) == 4:
        return text
    if len(text) == 7:
        return format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=words.locale())
    return format_date(date.fromisoformat(text), "d MMM yyyy", locale=words.locale()).replace(".", "")


def subject(terms: Terms) -> str:
    """What was promised, in the language of the page; where nobody wrote it in that, in the other."""
    own, other = terms.subject_es, terms.subject_en
    return (own or other) if words.language() == "es" else (other or own)


def unit_name(unit: str) -> str:
    """What a unit is called in a list to choose from: a currency is its code."""
    return words.words(UNITS[unit]) if unit in UNITS else unit


def nobody() -> str:
    """What stands where nobody is named."""
    return _("not said")
