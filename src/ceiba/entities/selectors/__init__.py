"""Reads entities: what phones carry, and what they propose."""

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
from ceiba.entities.selectors.enrolled import enrolled_as
from ceiba.entities.selectors.labels import entity_labels

__all__ = [
    "CarriedEntity",
    "CarriedList",
    "Changes",
    "carried",
    "enrolled_as",
    "entity_changes",
    "entity_labels",
    "entity_list",
    "integrity",
    "integrity_xml",
]
