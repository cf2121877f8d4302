"""Entities for those who analyse them: all that a user's scope reaches, whoever carries them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Min, QuerySet

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import USER_NAME, Scope
from ceiba.core.entities import LISTS
from ceiba.entities.models import Entity, EntityVersion
from ceiba.frames.walking import (
    ALL,
    CHUNK_ROWS,
    NEWEST,
    Columns,
    Condition,
    Order,
    Rows,
    count,
    embedded,
    walk,
)
from ceiba.registry.selectors import groups_in, participants_in, plots_in

_ROWS: Final[Mapping[str, Callable[[Scope], QuerySet[Any]]]] = {
    "participants": participants_in,
    "plots": plots_in,
    "groups": groups_in,
}
_SELECT: Final = f"""
    e.id, e.uuid, v.label, v.number, v.properties, e.made_at, CASE WHEN v.number > 1 THEN v.at END, e.made_by_id,
    {USER_NAME}
"""
_TABLES: Final = """
    FROM entities_entity e JOIN entities_entityversion v ON v.entity_id = e.id AND v.number = e.version
"""
_WHERE: Final = """
    e.list_name = %(list)s AND e.deleted_at IS NULL AND %(may)s
    AND (e.row IN ({rows}) OR e.row IS NULL AND (e.made_by_id = %(own)s OR %(everywhere)s))
"""
COLUMNS: Final[Columns] = {
    "createdAt": ("e.made_at", "timestamptz"),
    "updatedAt": ("CASE WHEN v.number > 1 THEN v.at END", "timestamptz"),
    "deletedAt": ("NULL::timestamptz", "timestamptz"),
    "creatorId": ("e.made_by_id", "bigint"),
    "conflict": ("NULL::text", "text"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An entity as it stands. `id` grows in the order in which entities were made.

    `changed_at` is null before the second version; there is no creator of what the register began.
    """

    id: int
    uuid: UUID
    label: str
    version: int
    properties: Mapping[str, str]
    made_at: datetime
    changed_at: datetime | None
    creator_id: int | None
    creator: str | None


def list_names() -> list[str]:
    """The lists there are: those drawn from the register, and those that only forms know."""
    own = Entity.objects.exclude(list_name__in=LISTS).values_list("list_name", flat=True).distinct()
    return [*LISTS, *sorted(own.order_by())]


def lists_began() -> dict[str, datetime]:
    """When the first entity of each list was made."""
    rows = Entity.objects.values("list_name").order_by().annotate(first=Min("made_at"))
    return dict(rows.values_list("list_name", "first"))


def properties_of(list_name: str) -> tuple[str, ...]:
    """The properties of a list: as declared, or, of a list that only forms know, by name."""
    if list_name in LISTS:
        return LISTS[list_name].columns
    rows = EntityVersion.objects.filter(entity__list_name=list_name, number=F("entity__version"))
    return tuple(sorted({name for said in rows.values_list("properties", flat=True) for name in said}))


def listed_for(user: User, scope: Scope, list_name: str, *, everywhere: bool) -> Rows:
    """The entities of a list that a user reaches.

    Those of the register's people, plots and groups in the scope; what stands in no register is reached by who sent
    it, and, `everywhere`, by who sees all of a programme.
    """
    rows, params = embedded("rows", _ROWS[list_name](scope).values("pk")) if list_name in _ROWS else _NONE
    values = {
        **params,
        "list": list_name,
        "own": user.pk,
        "everywhere": everywhere and not scope.is_portfolio,
        "may": may(user, Action.EXPORT_EVIDENCE),
    }
    beside = "LEFT JOIN accounts_user u ON u.id = e.made_by_id"
    return Rows(_SELECT, _TABLES, _WHERE.format(rows=rows), "e.id", COLUMNS, values, beside)


def listed(
    reached: Rows,
    condition: Condition = ALL,
    order: Order = NEWEST,
    *,
    after: int | None = None,
    skip: int = 0,
    chunk: int = CHUNK_ROWS,
) -> Iterator[Listed]:
    """The entities, as `frames.walking.walk` goes over them."""
    for row in walk(reached, condition, order, after=after, skip=skip, chunk=chunk):
        values = list(row)
        values[4] = json.loads(values[4])
        yield Listed(*values)


def listed_count(reached: Rows, condition: Condition = ALL) -> int:
    """How many there are."""
    return count(reached, condition)


def listed_one(reached: Rows, uuid: UUID) -> Listed | None:
    """The entity with that identifier, if it is reached."""
    return next(listed(reached, Condition("e.uuid = %(uuid)s", {"uuid": uuid})), None)


def versions_of(entity: Listed) -> list[EntityVersion]:
    """Every version of an entity, the first first."""
    return list(EntityVersion.objects.filter(entity=entity.id).order_by("number"))


_NONE: Final[tuple[str, dict[str, Any]]] = ("SELECT NULL::bigint WHERE false", {})
