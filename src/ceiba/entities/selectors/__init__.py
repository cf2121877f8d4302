"""Reads entities: what phones carry, what they propose, what analysts read."""

from ceiba.entities.selectors.carried import (
    CarriedEntity,
    CarriedList,
    Changes,
    carried,
    entity_changes,
    entity_list,
    integrity,
    integrity_xml,
)
from ceiba.entities.selectors.history import (
    EntityNow,
    EntityThen,
    ListSummary,
    entities_of,
    lists,
    versions_of,
)

__all__ = [
    "CarriedEntity",
    "CarriedList",
    "Changes",
    "EntityNow",
    "EntityThen",
    "ListSummary",
    "carried",
    "entities_of",
    "entity_changes",
    "entity_list",
    "integrity",
    "integrity_xml",
    "lists",
    "versions_of",
]
