"""Updates as phones send them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from ceiba.accounts.models import User
from ceiba.core.entities import Update
from ceiba.entities.models import Entity
from ceiba.entities.services import Taken, entity_updates_apply
from tests.apps.entities.helpers import NOW

NEW = "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa"


def update(entity: Entity, by: User | None, number: int = 1, **more: Any) -> Update:
    """An update made on the phone on top of the entity's present version, number hours after NOW less a day."""
    given = {
        "submission": number,
        "block": 0,
        "list_name": entity.list_name,
        "entity": str(entity.uuid),
        "observed_at": NOW - timedelta(days=1) + timedelta(hours=number),
        "base_version": entity.version,
        "trunk_version": entity.version,
        "branch": "b",
        "sent_by": None if by is None else by.pk,
    }
    return Update(**(given | more))


def creation(by: User, number: int = 1, list_name: str = "participants", **more: Any) -> Update:
    """Something new that a phone made."""
    given = {
        "submission": number,
        "block": 0,
        "list_name": list_name,
        "entity": NEW,
        "observed_at": NOW - timedelta(days=1),
        "creates": True,
        "updates": False,
        "sent_by": by.pk,
    }
    return Update(**(given | more))


def send(*updates: Update, now: datetime = NOW) -> Taken:
    """Take the updates in as one batch."""
    return entity_updates_apply(updates=updates, now=now)


def apart(updates: Iterable[Update]) -> list[Taken]:
    """Take the updates in one by one."""
    return [send(each) for each in updates]
