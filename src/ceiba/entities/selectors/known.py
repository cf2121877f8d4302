"""What is known of the entities that updates speak of, read for many of them at once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from ceiba.core.entities import LABEL, LISTS, Known, Update
from ceiba.entities.models import Entity, EntityUpdate, EntityVersion, Fate
from ceiba.registry.selectors import Whereabouts, whereabouts_of

Key = tuple[UUID, str]
"""An entity: its uuid and the list it is on."""

_VERSIONS: Final = """
    SELECT v.entity_id, v.number, v.label, v.properties::text
    FROM unnest(%(entities)s::bigint[], %(numbers)s::integer[]) AS n (entity_id, number)
    JOIN entities_entityversion v ON v.entity_id = n.entity_id AND v.number = n.number
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
    present = {
        key: row for row in _present(spoken) if (key := (row.entity.uuid, row.entity.list_name)) in spoken
    }
    numbers = {
        (row.entity_id, number)
        for key, row in present.items()
        for update in (*spoken[key], *(each.update for each in earlier.get(key, ()) if each.waits))
        for number in (update.base_version, update.trunk_version)
        if number is not None and number < row.number
    }
    versions, where = _versions(numbers), _where(row.entity for row in present.values())
    return {
        key: _stored(row, versions.get(row.entity_id, {}), where, earlier.get(key, ()))
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


def _present(keys: Iterable[Key]) -> QuerySet[EntityVersion]:
    """The present versions of entities; those of deleted ones, and of other lists, among them."""
    present = EntityVersion.objects.filter(number=F("entity__version")).select_related("entity")
    return present.filter(entity__uuid__in={uuid for uuid, _ in keys})


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


def _where(entities: Iterable[Entity]) -> Mapping[tuple[str, int | None], Whereabouts]:
    by_list: dict[str, list[int]] = defaultdict(list)
    for entity in entities:
        if entity.row is not None and entity.list_name in LISTS:
            by_list[entity.list_name].append(entity.row)
    return {
        (name, pk): where for name, pks in by_list.items() for pk, where in whereabouts_of(name, pks).items()
    }


def _stored(
    row: EntityVersion,
    versions: Mapping[int, Mapping[str, str]],
    where: Mapping[tuple[str, int | None], Whereabouts],
    earlier: Iterable[StoredUpdate],
) -> Stored:
    entity, values = row.entity, with_label(row.label, row.properties)
    known = Known(
        row.number,
        values,
        stamps=row.stamps,
        backed=entity.row is not None,
        versions={**versions, row.number: values},
        branches=tuple(each.update for each in earlier if not each.waits),
    )
    place = where.get((entity.list_name, entity.row))
    return Stored(entity.pk, entity.row, entity.made_by_id, place, entity.deleted_at is not None, known)
