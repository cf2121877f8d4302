"""The audit trail of ODK Collect (`audit.csv`): the way that was walked, and how long each question took.

Columns as https://docs.getodk.org/form-audit-log/ lists them: event, node, start, end (milliseconds since 1970),
and, where the form asks for places, latitude, longitude, accuracy. Others are left aside.
"""

import csv
import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Final

BYTES_MAX: Final = 5_000_000
ROWS_MAX: Final = 20_000
_FIELD_MAX: Final = 4_000
_YEAR_2100_MS: Final = 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the way, and when."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the seconds spent on it, all visits to it together."""

    node: str
    seconds: float
    visits: int


@dataclass(frozen=True, slots=True)
class Trail:
    """What the audit tells. `is_whole` is False where rows could not be read, or were too many."""

    steps: tuple[Step, ...] = ()
    asked: tuple[Asked, ...] = ()
    seconds: float = 0.0
    is_whole: bool = True


def read_trail(file: IO[bytes]) -> Trail:
    """The trail in an audit.csv. Raises nothing for what it holds: rows that cannot be read are left out."""
    data = file.read(BYTES_MAX + 1)
    whole = len(data) <= BYTES_MAX
    text = data[:BYTES_MAX].decode("utf-8-sig", "replace").replace("\0", "")
    steps: list[Step] = []
    asked: dict[str, list[float]] = {}
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text))):
            if number >= ROWS_MAX:
                whole = False
                break
            whole &= _read(row, steps, asked)
    except csv.Error:
        whole = False
    questions = tuple(Asked(node, sum(spent), len(spent)) for node, spent in asked.items())
    return Trail(_walked(steps), questions, sum(each.seconds for each in questions), whole)


def _read(row: dict[str, str | None], steps: list[Step], asked: dict[str, list[float]]) -> bool:
    """Add what a row tells; False for a row that tells nothing that can be understood."""
    start, end = _moment(row.get("start")), _moment(row.get("end"))
    if start is None:
        return False
    lat, lon = _number(row.get("latitude"), 90), _number(row.get("longitude"), 180)
    if lat is not None and lon is not None:
        steps.append(Step(start, lon, lat, _number(row.get("accuracy"), 100_000)))
    node = (row.get("node") or "")[:_FIELD_MAX]
    if row.get("event") == "question" and node and end is not None and end >= start:
        asked.setdefault(node, []).append((end - start).total_seconds())
    return True


def _walked(steps: list[Step]) -> tuple[Step, ...]:
    """In the order of time, without standing still."""
    walked: list[Step] = []
    for step in sorted(steps, key=lambda each: each.at):
        if not walked or (walked[-1].lon, walked[-1].lat) != (step.lon, step.lat):
            walked.append(step)
    return tuple(walked)


def _moment(text: str | None) -> datetime | None:
    value = _number(text, _YEAR_2100_MS)
    return datetime.fromtimestamp(value / 1000, UTC) if value is not None and value > 0 else None


def _number(text: str | None, most: float) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None
