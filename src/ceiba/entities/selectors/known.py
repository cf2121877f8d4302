"""What is known of the entities that updates speak of, read for many of them at once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from ceiba.core.entities import LABEL, LISTS, Known, Update
from ceiba.entities.models import EntityUpdate, Fate
from ceiba.registry.selectors import Whereabouts, whereabouts_of

Key = tuple[UUID, str]
"""An entity: its uuid and the list it is on."""

_VERSIONS: Final = """
    SELECT v.entity_id, v.number, v.label, v.properties::text
    FROM unnest(%(entities)s::bigint[], %(numbers)s::integer[]) AS n (entity_id, number)
    JOIN entities_entityversion v ON v.entity_id = n.entity_id AND v.number = n.number
"""


_PRESENT: Final = """
    SELECT e.uuid, e.list_name, e.id, e.row, e.made_by_id, e.deleted_at IS NOT NULL, v.number, v.label,
        v.properties::text, v.stamps::text
    FROM entities_entity e JOIN entities_entityversion v ON v.entity_id = e.id AND v.number = e.version
    WHERE e.uuid = ANY(%(uuids)s)
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entity as it is stored: its number, its row in the register and who reaches that, else who made it."""

    pk: int
    row: int | None
    made_by: int | None
    where: Whereabouts | None
    is_deleted: bool
    known: Known


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update with its number in the table, and whether it waits."""

    pk: int
    waits: bool
    update: Update


def key_of(update: Update) -> Key:
    """The entity that an update speaks of."""
    return UUID(update.entity), update.list_name


def updates_of(updates: Sequence[Update]) -> Mapping[Key, list[StoredUpdate]]:
    """The earlier updates of the same entities: those that wait, those of the same branches, the creations."""
    keys = {key_of(update) for update in updates}
    branches = {update.branch for update in updates if update.branch}
    rows = EntityUpdate.objects.filter(uuid__in={uuid for uuid, _ in keys})
    found: dict[Key, list[StoredUpdate]] = defaultdict(list)
    wanted = Q(fate=Fate.WAITING) | Q(branch__in=branches) | Q(creates=True)
    for row in rows.filter(wanted).order_by("pk"):
        if (row.uuid, row.list_name) in keys:
            found[row.uuid, row.list_name].append(
                StoredUpdate(row.pk, row.fate == Fate.WAITING, as_update(row))
            )
    return found


def stored_of(earlier: Mapping[Key, list[StoredUpdate]], updates: Iterable[Update]) -> Mapping[Key, Stored]:
    """The entities that updates speak of, as far as they are there, with the versions that updates build on."""
    spoken: dict[Key, list[Update]] = defaultdict(list)
    for update in updates:
        spoken[key_of(update)].append(update)
    present = {row.key: row for row in _present(spoken) if row.key in spoken}
    numbers = {
        (row.pk, number)
        for key, row in present.items()
        for update in (*spoken[key], *(each.update for each in earlier.get(key, ()) if each.waits))
        for number in (update.base_version, update.trunk_version)
        if number is not None and number < row.number
    }
    versions, where = _versions(numbers), _where(present.values())
    return {
        key: _stored(row, versions.get(row.pk, {}), where, earlier.get(key, ()))
        for key, row in present.items()
    }


def as_update(row: EntityUpdate) -> Update:
    """An update as it is stored, as the core reads it."""
    return Update(
        submission=row.submission,
        block=row.block,
        list_name=row.list_name,
        entity=str(row.uuid),
        observed_at=row.observed_at,
        creates=row.creates,
        updates=row.updates,
        base_version=row.base_version,
        trunk_version=row.trunk_version,
        branch=row.branch,
        label=row.label,
        values=row.values,
        sent_by=row.sent_by_id,
    )


def with_label(label: str, properties: Mapping[str, str]) -> dict[str, str]:
    """A version's label among its properties, as the core has it."""
    return {LABEL: label, **properties}


class _Present(NamedTuple):
    """An entity with its present version, as `_PRESENT` has it."""

    uuid: UUID
    list_name: str
    pk: int
    row: int | None
    made_by: int | None
    is_deleted: bool
    number: int
    label: str
    properties: str
    stamps: str

    @property
    def key(self) -> Key:
        return self.uuid, self.list_name


def _present(keys: Iterable[Key]) -> list[_Present]:
    """The present versions of entities; those of deleted ones, and of other lists, among them."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, {"uuids": list({uuid for uuid, _ in keys})})
        return [_Present(*row) for row in cursor.fetchall()]


def _versions(numbers: Iterable[tuple[int, int]]) -> Mapping[int, dict[int, dict[str, str]]]:
    found: dict[int, dict[int, dict[str, str]]] = defaultdict(dict)
    pairs = sorted(numbers)
    if not pairs:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, {"entities": [e for e, _ in pairs], "numbers": [n for _, n in pairs]})
        for entity, number, label, properties in cursor.fetchall():
            found[entity][number] = with_label(label, json.loads(properties))
    return found


def _where(entities: Iterable[_Present]) -> Mapping[tuple[str, int | None], Whereabouts]:
    by_list: dict[str, list[int]] = defaultdict(list)
    for entity in entities:
        if entity.row is not None and entity.list_name in LISTS:
            by_list[entity.list_name].append(entity.row)
    return {
        (name, pk): where for name, pks in by_list.items() for pk, where in whereabouts_of(name, pks).items()
    }


def _stored(
    row: _Present,
    versions: Mapping[int, Mapping[str, str]],
    where: Mapping[tuple[str, int | None], Whereabouts],
    earlier: Iterable[StoredUpdate],
) -> Stored:
    values = with_label(row.label, json.loads(row.properties))
    known = Known(
        row.number,
        values,
        stamps=json.loads(row.stamps),
        backed=row.row is not None,
        versions={**versions, row.number: values},
        branches=tuple(each.update for each in earlier if not each.waits),
    )
    place = where.get((row.list_name, row.row))
    return Stored(row.pk, row.row, row.made_by, place, row.is_deleted, known)
