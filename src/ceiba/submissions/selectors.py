"""Reads submissions: those that wait to be taken."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection

_OPEN: Final = (Path(__file__).parent / "sql" / "open.sql").read_text()


@dataclass(frozen=True, slots=True)
class Opened:
    """A submission that is being taken. `replaced_*` are of the one that it edits; `root_id` of the first of them;
    `is_second`: another edit of it has been taken.
    """

    id: int
    instance_id: str
    form_code: str
    form_version: str
    xml: bytes
    received_at: datetime
    deprecated_id: str
    reporter: str
    user_id: int
    device_id: int
    replaced_id: int | None
    replaced_state: str | None
    root_id: int
    is_second: bool


def open_batch(most: int) -> list[Opened]:
    """At most so many submissions that may be taken now, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"most": most})
        return [_opened(row) for row in cursor.fetchall()]


def _opened(row: tuple[Any, ...]) -> Opened:
    values = list(row)
    values[4] = bytes(values[4])
    return Opened(*values)
