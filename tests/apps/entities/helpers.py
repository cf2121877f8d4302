"""A register with two technicians' people, and what phones carry and send of it."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import shapely

from ceiba.accounts.models import Role, User
from ceiba.entities.models import Entity
from ceiba.entities.selectors import entity_list
from ceiba.entities.services import entities_refresh
from ceiba.registry.models import Group, Participant, Plot, Technician
from tests.apps.registry.helpers import base, person, user

TODAY = date(2026, 4, 15)
NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
SQUARE = shapely.box(-91.51, 14.81, -91.509, 14.811)


def plot(code: str, someone: Participant, **more: Any) -> Plot:
    """A plot with an outline, measured."""
    west, south, east, north = SQUARE.bounds
    values = {"area_id": someone.area_id, "tenure": "private", "nominal_m2": 25_000, "measured_m2": 11_900,
              "overlap_m2": 0, "geometry": shapely.to_wkb(SQUARE), "west": west, "south": south, "east": east,
              "north": north}  # fmt: skip
    return Plot.objects.create(code=code, participant=someone, **(values | more))


def country() -> list[Participant]:
    """P-1 to P-3 of CAC-1 (technicians T-1 and T-2) with a plot each; Q-1 of CAC-9 (technician T-9) with one."""
    people = base()
    other = Technician.objects.create(code="T-9", name="T 9", kind="productive", area_id="GT-0902")
    group = Group.objects.create(code="CAC-9", name="Otra", area_id="GT-0902", technician_productive=other)
    people.append(person("Q-1", area="GT-0902", group=group))
    for someone in people:
        plot(f"PL-{someone.code}", someone)
    entities_refresh(today=TODAY)
    return people


def technician(code: str = "T-1") -> User:
    """The user of a technician."""
    return user(Role.TECHNICIAN, areas=(), code=code, name=code)


def entity_of(code: str, name: str = "participants") -> Entity:
    """The entity of a row of the register, by its code."""
    table: Any = {"participants": Participant, "plots": Plot, "groups": Group}[name]
    return Entity.objects.get(list_name=name, row=table.objects.get(code=code).pk, deleted_at=None)


def rows(someone: User, name: str = "participants") -> dict[str, dict[str, str]]:
    """A list as the phone reads it, by uuid."""
    read = csv.DictReader(io.StringIO(entity_list(someone, name).csv.decode()))
    return {row["name"]: row for row in read}


def codes(someone: User, name: str = "participants") -> set[str]:
    """The codes on a list of a phone."""
    return {row["code"] for row in rows(someone, name).values()}


def is_v4(text: str) -> bool:
    """Whether Collect takes it for an entity's id: it updates no other locally."""
    return UUID(text).version == 4
