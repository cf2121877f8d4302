"""Days as sources give them: a day, a month or a year, written as ISO 8601 does (2022-05-20, 2022-05, 2022).

What a source leaves open stays open: "in May" is no day, and a day is never made up for it. Such texts of one length
sort by time; of different lengths, the wider stands first.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

PATTERN: Final = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_SHAPE: Final = re.compile(PATTERN)


def is_partial_date(text: str) -> bool:
    """Whether `text` names a day, a month or a year that there is."""
    if not _SHAPE.fullmatch(text) or text.startswith("0000"):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def first_day(text: str) -> date:
    """The first day of what `text` names. Raises ValueError when there is no such day."""
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The last day of what `text` names. Raises ValueError when there is no such day."""
    year, month, day = _parts(text)
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def before(text: str) -> str:
    """The day, month or year before: what "before 2024" or "before 1 May 2024" leaves."""
    earlier = first_day(text) - timedelta(days=1)
    return earlier.isoformat()[: len(text)]


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month and day; 0 for what is not told."""
    numbers = [int(part) for part in text.split("-")] + [0, 0]
    return numbers[0], numbers[1], numbers[2]
