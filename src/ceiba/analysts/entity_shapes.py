"""The JSON of ODK Central for entity lists and entities, field by field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from ceiba.analysts.odata.schema import identifier
from ceiba.analysts.shapes import Shape, moment
from ceiba.entities.exporting import Listed


class VersionLike(Protocol):
    """What is looked at of a version of an entity."""

    number: int
    label: str
    properties: Any
    at: datetime


def dataset_shape(project: int, name: str, began: datetime, properties: Sequence[str] | None = None) -> Shape:
    """A list, with its properties where they are given."""
    shape: Shape = {
        "name": name,
        "projectId": project,
        "createdAt": moment(began),
        "approvalRequired": False,
    }
    if properties is not None:
        shape["properties"] = [
            {"name": each, "odataName": identifier(each), "publishedAt": moment(began), "forms": []}
            for each in properties
        ]
        shape |= {"linkedForms": [], "sourceForms": []}
    return shape


def entity_shape(entity: Listed, *, with_data: bool) -> Shape:
    """An entity; with what it says, or without."""
    version: Shape = {
        "label": entity.label,
        "current": True,
        "version": entity.version,
        "baseVersion": entity.version - 1 or None,
        "conflictingProperties": None,
        "creatorId": entity.creator_id or 0,
        "userAgent": "",
        "createdAt": moment(entity.changed_at or entity.made_at),
    }
    if with_data:
        version["data"] = dict(entity.properties)
    return {
        "uuid": str(entity.uuid),
        "creatorId": entity.creator_id or 0,
        "conflict": None,
        "createdAt": moment(entity.made_at),
        "updatedAt": moment(entity.changed_at),
        "deletedAt": None,
        "currentVersion": version,
    }


def entity_version_shape(version: VersionLike, entity: Listed) -> Shape:
    """A version of an entity."""
    return {
        "label": version.label,
        "data": dict(version.properties),
        "current": version.number == entity.version,
        "version": version.number,
        "baseVersion": version.number - 1 or None,
        "conflictingProperties": None,
        "createdAt": moment(version.at),
    }


def entity_row(entity: Listed, columns: Mapping[str, str], select: Sequence[str] | None) -> Shape:
    """A row of OData. `columns` are the properties by their names there."""
    row: Shape = {
        "__id": str(entity.uuid),
        "label": entity.label,
        "__system": {
            "createdAt": moment(entity.made_at),
            "creatorId": str(entity.creator_id or 0),
            "creatorName": entity.creator,
            "updates": entity.version - 1,
            "updatedAt": moment(entity.changed_at),
            "deletedAt": None,
            "version": entity.version,
            "conflict": None,
        },
        **{name: entity.properties.get(own, "") for name, own in columns.items()},
    }
    if select is None:
        return row
    system = {name.partition("/")[2] for name in select if name.startswith("__system/")}
    if system and "__system" not in select:
        row["__system"] = {name: each for name, each in row["__system"].items() if name in system}
        return {name: each for name, each in row.items() if name in {*select, "__system"}}
    return {name: each for name, each in row.items() if name in select}
