"""How people are reached: their telephone, as it was last observed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, LiteralString

from ceiba.audit.services import events_record
from ceiba.frames.postgres import execute

_PHONES: Final[LiteralString] = """
    UPDATE registry_participant p SET phone = n.phone
    FROM unnest(%(people)s::bigint[], %(phones)s::text[]) AS n (id, phone)
    WHERE p.id = n.id AND p.phone <> n.phone AND p.erased_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person's number in the register, the telephone, and the number of the user who heard it."""

    participant: int
    phone: str
    by: int | None


def participants_contact_set(*, contacts: Iterable[Contact]) -> int:
    """Put telephones of many people in the register, one a person; returns how many changed.

    A telephone has 32 characters at most. Each is an event of whoever heard it; it names no number.
    """
    heard = list(contacts)
    if not heard:
        return 0
    changed = execute(
        _PHONES, {"people": [each.participant for each in heard], "phones": [each.phone for each in heard]}
    )
    events_record(
        action="participant.contact_set",
        events=((each.by, f"participant {each.participant}") for each in heard),
    )
    return changed
