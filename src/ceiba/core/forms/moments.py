"""When a submission was observed, and of which month it speaks: the phone's clock decides, within bounds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

LATE_MAX: Final = timedelta(days=92)
EARLY_MAX: Final = timedelta(days=1)
"""A phone's clock is believed from LATE_MAX before the receipt to EARLY_MAX after it (decision 0016)."""

PHONE: Final = "phone"
SERVER: Final = "server"


@dataclass(frozen=True, slots=True)
class Moment:
    """`month` is a first day, null where what was given for it is no date. `stated_at` is the phone's, as it said."""

    month: date | None
    observed_at: datetime
    stated_at: datetime | None
    clock: str


def moment(stated: str, month: str, received_at: datetime) -> Moment:
    """When it was observed, of what the phone `stated`, what was given for the `month`, and the receipt.

    What the phone dates ahead of its receipt, within bounds, was observed when it was received at the latest. The
    month is that of the date where it was observed: in the offset that the phone stated.
    """
    local = _time(stated)
    believed = local is not None and received_at - LATE_MAX <= local <= received_at + EARLY_MAX
    observed = min(local, received_at) if believed and local is not None else received_at
    offset = UTC if local is None else local.tzinfo
    first = observed.astimezone(offset).date().replace(day=1)
    return Moment(
        month=_month(month) if month else first,
        observed_at=observed.astimezone(UTC),
        stated_at=None if local is None else local.astimezone(UTC),
        clock=PHONE if believed else SERVER,
    )


def _time(text: str) -> datetime | None:
    """The time in its own offset (UTC where it names none); None for what is none, or of no year that can be kept."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 <= time.year <= 2200:
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _month(text: str) -> date | None:
    """The first day of the month of a date, a time or a month."""
    found = re.match(r"(\d{4})-(\d{2})(?:$|-\d{2})", text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None
