"""Days in a text: when something was said, by when it is due. What has no year, or counts from a day, is left."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ceiba.core.kernel.partial_date import before, is_partial_date
from ceiba.core.statements.sentences import Span

MONTHS: Final = {
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre",
        "diciembre",
    ),
    "en": (
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ),
}  # fmt: skip
_DUE: Final = {
    "es": r"a más tardar(?: el| en)?|antes de(?:l| el| que termine(?: el año)?)?|para(?: el| el año)?|hasta el"
    r"|(?:para|a|hasta|antes de(?:l)?) ?(?:los )?(?:fines|finales|final|fin|el final|el cierre|el fin) "
    r"de(?:l)?(?: año)?",
    "en": r"no later than|not later than|before|by(?: the end of| late| mid| early)?",
}
_STRICT: Final = {"es": r"^antes de(?:l| el)?$", "en": r"^before$"}
_IN: Final = {"es": r"en|el|durante|del?", "en": r"in|on|during"}
_RELATIVE: Final = {
    "es": r"(?:en|dentro de|durante)\s+(?:un\s+plazo\s+de\s+|los\s+(?:próximos|siguientes)\s+)?(?:\d+|\w+)\s+"
    r"(?:días|semanas|meses|años)",
    "en": r"(?:within|in|over)\s+(?:the\s+(?:next|coming)\s+)?(?:\d+|\w+)\s+(?:days|weeks|months|years)",
}


@dataclass(frozen=True, slots=True)
class Day:
    """A partial date in a text; `is_due` where words such as "no later than" stand before it."""

    span: Span
    on: str
    is_due: bool


def days(text: str, language: str) -> list[Day]:
    """The days, months and years that a text names, in order."""
    found = (_day(match, language) for match in _pattern(language).finditer(text))
    return [day for day in found if day is not None]


def relative_due(text: str, language: str) -> Span | None:
    """Where a text says within how long something is to be done: from when it counts is not told."""
    match = re.search(rf"\b(?:{_RELATIVE[language]})\b", text, re.IGNORECASE)
    return Span(match.start(), match.end()) if match else None


@lru_cache(maxsize=2)
def _pattern(language: str) -> re.Pattern[str]:
    month = "|".join(MONTHS[language])
    if language == "es":
        named = (
            rf"(?:(?P<day>\d{{1,2}}|1[º°o]|primero)\s+de\s+)?(?P<month>{month})"
            r"\s+(?:de|del)\s+(?:año\s+)?(?P<year>\d{4})"
        )
        other = r"(?P<day2>(?!))(?P<month2>(?!))(?P<year2>(?!))"
    else:
        named = (
            rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{month}),?\s+(?P<year>\d{{4}})"
        )
        other = rf"(?P<month2>{month})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
    iso = r"(?P<iso>\d{4}-\d{2}-\d{2})"
    alone = rf"(?:(?<=\s)|^)(?P<alone>(?:19|20)\d{{2}})(?![\d.,]*\d|\s*(?:%|\w+ares|{'trees|people'}))"
    lead = rf"(?:(?P<due>{_DUE[language]})\s+|(?P<in>{_IN[language]})\s+(?:el\s+|the\s+)?(?:año\s+|year\s+)?)"
    again = lead.replace("<due>", "<due2>").replace("<in>", "<in2>")
    return re.compile(
        rf"\b{lead}?(?:{other}|{named}|{iso})\b|\b{again}{alone}\b",
        re.IGNORECASE,
    )


def _day(match: re.Match[str], language: str) -> Day | None:
    due = match["due"] or match["due2"] or ""
    on = match["iso"] or match["alone"] or _named(match, language)
    if not is_partial_date(on):
        return None
    if re.match(_STRICT[language], re.sub(r"\s+", " ", due.lower())):
        on = before(on)
    return Day(Span(match.start(), match.end()), on, bool(due))


def _named(match: re.Match[str], language: str) -> str:
    month = match["month"] or match["month2"]
    year = match["year"] or match["year2"]
    day = match["day"] or match["day2"] or ""
    digits = "1" if day.lower() in ("primero", "1o", "1º", "1°") else day
    number = MONTHS[language].index(month.lower()) + 1
    return f"{year}-{number:02d}" + (f"-{int(digits):02d}" if digits else "")
