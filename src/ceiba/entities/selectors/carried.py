"""What the phone of a user carries: the lists of ODK, whether an entity still belongs on it, what changed since.

A technician's phone carries the people of their own portfolio whom somebody still visits, with their plots and
groups, and what the phone itself made. Nobody else's carries anything.
"""

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from xml.sax.saxutils import quoteattr

from django.db.models import F, QuerySet

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.core.entities import LABEL, LISTS
from ceiba.entities.models import Entity, EntityVersion
from ceiba.registry.selectors import groups_in, participants_served, plots_served

_ROWS: Final[Mapping[str, Callable[[Scope], QuerySet[Any]]]] = {
    "participants": participants_served,
    "plots": plots_served,
    "groups": groups_in,
}


@dataclass(frozen=True, slots=True)
class CarriedList:
    """A list as OpenRosa clients fetch it. `md5` changes only when the bytes do."""

    csv: bytes
    md5: str

    @property
    def etag(self) -> str:
        """The strong ETag of the bytes."""
        return f'"{self.md5}"'

    @classmethod
    def of(cls, data: bytes) -> "CarriedList":
        """The list with these bytes."""
        return cls(data, hashlib.md5(data, usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class CarriedEntity:
    """An entity as a phone carries it. `seen` grows from one version to the next, over all entities."""

    uuid: UUID
    label: str
    version: int
    properties: Mapping[str, str]
    seen: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed on a list since a cursor, for who holds the list as `entity_list` writes it.

    `rows` are lines of its CSV, each with its place among them, from 0, in this order. `complete`: it is the whole
    list, and what is not in it has gone. `sha256` is of the whole list, to tell whether what came of it is right.
    """

    cursor: str
    complete: bool
    header: str
    rows: tuple[tuple[int, str], ...]
    sha256: str


def entity_list(user: User, list_name: str) -> CarriedList:
    """A list of the user's phone as CSV (UTF-8): name, label, __version, then the properties in a fixed order.

    A list there is not is an empty one.
    """
    return CarriedList.of("".join(_lines(list_name, carried(user, list_name))).encode())


def entity_changes(user: User, list_name: str, since: str = "") -> Changes:
    """What a browser must know to carry the same list as a phone. `since` is the cursor of its last answer.

    While the same entities are carried, only those with a new version are told. Otherwise, and to a cursor that is
    none of ours, the whole list is.
    """
    entities = carried(user, list_name)
    header, *lines = _lines(list_name, entities)
    names = "".join(sorted(str(each.uuid) for each in entities))
    digest = hashlib.md5(names.encode(), usedforsecurity=False).hexdigest()
    seen, _, known = since.partition(".")
    complete = known != digest or not (seen.isascii() and seen.isdigit())
    return Changes(
        cursor=f"{max((each.seen for each in entities), default=0)}.{digest}",
        complete=complete,
        header=header,
        rows=tuple(
            (place, line)
            for place, (each, line) in enumerate(zip(entities, lines, strict=True))
            if complete or each.seen > int(seen)
        ),
        sha256=hashlib.sha256("".join((header, *lines)).encode()).hexdigest(),
    )


def integrity(user: User, list_name: str, ids: Iterable[str]) -> dict[str, bool]:
    """Whether each entity that a phone asks about is to leave it, by the id as it was asked.

    What is gone and what belongs to somebody else are answered alike. What never arrived is not answered: it may be
    on the phone alone, and must stay there.
    """
    asked = {uuid: text for text in ids if (uuid := _uuid(text)) is not None}
    known = Entity.objects.filter(uuid__in=asked, list_name=list_name).values_list("uuid", flat=True)
    stays = {
        uuid
        for versions in (_current(user, list_name), _own(user, list_name))
        for uuid in versions.filter(entity__uuid__in=asked).values_list("entity__uuid", flat=True)
    }
    return {asked[uuid]: uuid not in stays for uuid in known}


def integrity_xml(states: Mapping[str, bool]) -> bytes:
    """The answer to an integrity request, as ODK Central gives it and Collect reads it (getodk/collect#6231)."""
    said = "".join(
        f"<entity id={quoteattr(uuid)}><deleted>{'true' if gone else 'false'}</deleted></entity>"
        for uuid, gone in states.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><data><entities>{said}</entities></data>'.encode()


def carried(user: User, list_name: str) -> tuple[CarriedEntity, ...]:
    """The entities of a list on the user's phone, in the order of their labels."""
    columns = ("entity__uuid", "label", "number", "properties", "id")
    found = [
        CarriedEntity(*row)
        for versions in (_current(user, list_name), _own(user, list_name))
        for row in versions.values_list(*columns)
    ]
    return tuple(sorted(found, key=lambda each: (each.label, each.uuid)))


def _current(user: User, list_name: str) -> QuerySet[EntityVersion]:
    """The present versions of the entities that rows of the register stand behind."""
    if not _carries(user) or list_name not in _ROWS:
        return EntityVersion.objects.none()
    rows = _ROWS[list_name](scope_of(user)).values("pk")
    return _present(list_name).filter(entity__row__in=rows)


def _own(user: User, list_name: str) -> QuerySet[EntityVersion]:
    """The present versions of the entities that this user's phones made and no register stands behind."""
    if not _carries(user):
        return EntityVersion.objects.none()
    return _present(list_name).filter(entity__row=None, entity__made_by=user)


def _carries(user: User) -> bool:
    """Whether phones of this user carry anything: those of technicians who may still sign in."""
    return user.is_active and user.role == Role.TECHNICIAN


def _present(list_name: str) -> QuerySet[EntityVersion]:
    return EntityVersion.objects.filter(
        entity__list_name=list_name, entity__deleted_at=None, number=F("entity__version")
    )


class _Line:
    """What `csv` writes to: a row comes back as its line."""

    def write(self, text: str) -> str:
        return text


def _lines(list_name: str, entities: Sequence[CarriedEntity]) -> list[str]:
    """The lines of a list's CSV: its header, and one an entity, which begins with its uuid."""
    writer = csv.writer(_Line(), lineterminator="\n")
    columns = _columns(list_name, entities)
    return [
        writer.writerow(["name", LABEL, "__version", *columns]),
        *(
            writer.writerow(
                [each.uuid, each.label, each.version, *(each.properties.get(c, "") for c in columns)]
            )
            for each in entities
        ),
    ]


def _columns(list_name: str, entities: Iterable[CarriedEntity]) -> tuple[str, ...]:
    """The properties of a list in order: as declared, or, of a list that only forms know, by name."""
    if list_name in LISTS:
        return LISTS[list_name].columns
    return tuple(sorted({name for each in entities for name in each.properties}))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip().removeprefix("uuid:"))
    except ValueError:
        return None
