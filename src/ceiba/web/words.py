"""Amounts, months, areas and shares in words, in the language of the page.

Both languages write 1,234.50, as Mexico and Central America do; only names need a library.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.dates import format_date, format_datetime, format_skeleton
from django.utils.translation import get_language

from ceiba.core.kernel.errors import LANGUAGES
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.month import Month

LOCALES: Final = {"es": "es_MX", "en": "en_US"}
SUPPRESSED: Final = "<5"
NOTHING: Final = "—"
SPACE: Final = "\u00a0"  # a number and its unit stay on one line


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
    """`USD 250.00`; `whole` leaves the cents out, for sums. None, an amount that is not told, is a dash.

    The code, not the sign: across borders "$" is several currencies.
    """
    if minor is None:
        return NOTHING
    digits = MINOR_DIGITS.get(currency, 2)
    units, rest = divmod(abs(minor), 10**digits)
    rounded = units + (2 * rest >= 10**digits)
    written = f"{rounded:,}" if whole else f"{units:,}.{rest:0{digits}d}"
    return f"{currency}{SPACE}{'−' if minor < 0 else ''}{written}"


def count(number: int | None) -> str:
    """`12,345`, or `<5` for a number that is kept back because it could point at someone."""
    return SUPPRESSED if number is None else f"{number:,}"


def share(part: int | None, whole: int | None) -> str:
    """`12.3 %` of the whole, or a dash."""
    if part is None or not whole:
        return NOTHING
    return f"{Decimal(100 * part) / Decimal(whole):.1f}{SPACE}%"


def month_name(month: Month | date, *, short: bool = False) -> str:
    """`octubre de 2026`, or `oct 2026`."""
    day = month.first_day if isinstance(month, Month) else month
    return _month_name(day.year, day.month, short, locale())


@lru_cache(maxsize=4_096)
def _month_name(year: int, month: int, short: bool, locale: str) -> str:
    day = date(year, month, 1)
    if short:
        return format_date(day, "MMM yyyy", locale=locale).replace(".", "")
    return format_skeleton("yMMMM", day, locale=locale)


def month_letter(number: int) -> str:
    """`ene`, `feb`: the name of a month in a narrow cell."""
    return month_name(date(2000, number, 1), short=True).split()[0]


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
    return f"{Decimal(square_metres) / 10_000:,.2f}{SPACE}ha"


def surface(square_metres: int) -> str:
    """Hectares, or square metres of what is less than one."""
    if square_metres < 10_000:
        return f"{square_metres:,}{SPACE}m²"
    return hectares(square_metres)
