"""What a constancia claims: participation, and nothing else.

Name, birth date, programme, months: the least a consular officer needs, without photo, document, plot or place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.letters import INVISIBLE
from ceiba.core.kernel.month import Month
from ceiba.proofs.problems import refused

NO_RIGHT: Final = {
    "es": "Esta constancia prueba participación. No da derecho a una visa ni a ninguna otra cosa, y es gratuita.",
    "en": "This constancia proves participation. It confers no right to a visa or to anything else, and it is free.",
}

Value = str | int | date | Month
T = TypeVar("T")
TEXT_LONGEST: Final = 200  # characters of a name or programme
MONTHS_MOST: Final = 1200
COUNT_MOST: Final = 2**53
_INVISIBLE: Final = re.compile(INVISIBLE)


@dataclass(frozen=True, slots=True)
class Constancia:
    """One person's constancia. Times are in UTC, whole seconds; `issuer` is a did:web.

    `status_list` is the address under which its issuer publishes the pair of lists (revocation, suspension) and
    `status_index` its place in both.
    """

    id: UUID
    name: str
    birth_date: date
    programme: str
    months_accepted: int
    first_month: Month
    last_month: Month
    issuer: str
    issued: datetime
    expires: datetime
    status_list: str
    status_index: int

    def __post_init__(self) -> None:
        for claim, sound in (
            ("name", _is_text(self.name)),
            ("programme", _is_text(self.programme)),
            ("months_accepted", 0 < self.months_accepted <= MONTHS_MOST),
            ("last_month", self.months_accepted <= self.last_month - self.first_month + 1),
            ("issuer", self.issuer.startswith("did:web:")),
            ("issued", _is_whole(self.issued)),
            ("expires", _is_whole(self.issued, self.expires) and self.issued < self.expires),
            ("status_list", self.status_list.startswith("https://")),
            ("status_index", self.status_index >= 0),
        ):
            if not sound:
                raise refused("proof.claim", claim=claim)

    @property
    def subject(self) -> dict[str, Value]:
        """What it says of the person, by field."""
        return {field: getattr(self, field) for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a signed text claims, of any format; `subject` lacks the fields that its holder withheld."""

    subject: Mapping[str, Value]
    issuer: str
    issued: datetime
    expires: datetime
    status_list: str
    status_index: int


def text(raw: object) -> str:
    """A non-empty string of bounded length, of letters that are seen."""
    if not isinstance(raw, str) or not _is_text(raw):
        raise ValueError(raw)
    return raw


def _is_text(said: str) -> bool:
    return 0 < len(said) <= TEXT_LONGEST and not _INVISIBLE.search(said)


def count(raw: object) -> int:
    """A whole number from 0, and no boolean; below 2^53, so that every reader holds it exactly (RFC 7493, 2.2)."""
    if type(raw) is not int or not 0 <= raw < COUNT_MOST:
        raise ValueError(raw)
    return raw


def day(raw: object) -> date:
    """`1990-01-31`, one spelling."""
    found = date.fromisoformat(text(raw))
    if found.isoformat() != raw:
        raise ValueError(raw)
    return found


def month(raw: object) -> Month:
    """`2026-03`, one spelling."""
    found = Month.parse(text(raw))
    if str(found) != raw:
        raise ValueError(raw)
    return found


def moment(raw: object) -> datetime:
    """Seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(count(raw), UTC)


def written_moment(raw: object) -> datetime:
    """`2026-03-01T12:00:00Z`, one spelling."""
    found = datetime.strptime(text(raw), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if write_moment(found) != raw:
        raise ValueError(raw)
    return found


def write_moment(at: datetime) -> str:
    """As `written_moment` reads it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


FIELDS: Final[Mapping[str, Callable[[object], Value]]] = {
    "name": text,
    "birth_date": day,
    "programme": text,
    "months_accepted": count,
    "first_month": month,
    "last_month": month,
}


def value(claim: str, read: Callable[[Any], T], raw: object) -> T:
    """`read(raw)`. Raises CeibaError (proof.claim) that names the claim when it makes no sense."""
    try:
        return read(raw)
    except (ValueError, OverflowError, CeibaError) as error:
        raise refused("proof.claim", claim=claim) from error


def _is_whole(*times: datetime) -> bool:
    """Whether they are in UTC and of whole seconds."""
    return all(at.tzinfo is UTC and not at.microsecond for at in times)


def json_subject(constancia: Constancia) -> dict[str, str | int]:
    """Its subject as JSON holds it: days and months as text."""
    return {
        field: found if isinstance(found, int) else str(found) for field, found in constancia.subject.items()
    }


def only(raw: Mapping[str, object], known: frozenset[str]) -> None:
    """Refuse whatever a constancia does not claim: what is signed and not shown would be a second message.

    Raises CeibaError (proof.extra).
    """
    if extra := sorted(set(raw) - known):
        raise refused("proof.extra", what=extra[0][:40])
