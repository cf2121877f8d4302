"""Amounts, months, areas and shares in words, in the language of the page."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language

from ceiba.core.kernel.errors import LANGUAGES
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.month import Month

LOCALES: Final = {"es": "es_MX", "en": "en_US"}
SUPPRESSED: Final = "<5"
NOTHING: Final = "—"


def language() -> str:
    """The language of the page: one of `LANGUAGES`."""
    chosen = (get_language() or "es")[:2]
    return chosen if chosen in LANGUAGES else "es"


def locale() -> str:
    """The locale whose habits the page follows."""
    return LOCALES[language()]


def words(text: object) -> str:
    """A text in the language of the page: of a mapping (`Text`) or of something with `es` and `en`."""
    if isinstance(text, Mapping):
        return str(text.get(language()) or text.get("es") or "")
    return str(getattr(text, language(), text))


def amount(minor: int | None, currency: str, *, whole: bool = False) -> str:
    """`USD 250.00`; `whole` leaves the cents out, for sums. None, a suppressed sum, is a dash.

    The code, not the sign: across borders "$" is several currencies.
    """
    if minor is None:
        return NOTHING
    digits = MINOR_DIGITS.get(currency, 2)
    value = Decimal(minor).scaleb(-digits)
    pattern = "¤¤ #,##0" if whole else "¤¤ #,##0." + "0" * digits
    return format_currency(
        value, currency, format=f"{pattern};¤¤ −{pattern[3:]}", locale=locale(), currency_digits=False
    ).replace(" ", "\u00a0")


def count(number: int | None) -> str:
    """`12,345`, or `<5` for a number that is kept back because it could point at someone."""
    return SUPPRESSED if number is None else format_decimal(number, locale=locale())


def share(part: int | None, whole: int | None) -> str:
    """`12.3 %` of the whole, or a dash."""
    if part is None or not whole:
        return NOTHING
    return format_percent(Decimal(part) / Decimal(whole), "#,##0.0 %", locale=locale()).replace(" ", "\u00a0")


def month_name(month: Month | date, *, short: bool = False) -> str:
    """`octubre de 2026`, or `oct 2026`."""
    day = month.first_day if isinstance(month, Month) else month
    if short:
        return format_date(day, "MMM yyyy", locale=locale()).replace(".", "")
    return format_skeleton("yMMMM", day, locale=locale())


def month_letter(number: int) -> str:
    """`ene`, `feb`: the name of a month in a narrow cell."""
    return format_date(date(2000, number, 1), "MMM", locale=locale()).replace(".", "")


def day_name(day: date | None) -> str:
    """`7 oct 2026`, with the hour (UTC) for a moment; a dash for none."""
    if day is None:
        return NOTHING
    if isinstance(day, datetime):
        return format_datetime(day, "d MMM yyyy, HH:mm", locale=locale()).replace(".", "")
    return format_date(day, "d MMM yyyy", locale=locale()).replace(".", "")


def hectares(square_metres: int | None) -> str:
    """`2.50 ha`; a dash for what was not measured."""
    if square_metres is None:
        return NOTHING
    return format_decimal(Decimal(square_metres) / 10_000, "#,##0.00", locale=locale()) + "\u00a0ha"


def surface(square_metres: int) -> str:
    """Hectares, or square metres of what is less than one."""
    if square_metres < 10_000:
        return format_decimal(square_metres, locale=locale()) + "\u00a0m²"
    return hectares(square_metres)
