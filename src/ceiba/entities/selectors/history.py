"""Entities as analysts read them: lists, what each entity says, the versions it went through; within a scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.entities import LISTS
from ceiba.entities.models import Entity, EntityVersion
from ceiba.registry.models import Plot, Technician
from ceiba.registry.selectors import groups_in, participants_in

_ROWS: Final[Mapping[str, Callable[[Scope], QuerySet[Any]]]] = {
    "participants": participants_in,
    "plots": lambda scope: Plot.objects.filter(participant__in=participants_in(scope)),
    "groups": groups_in,
}
PAGE_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class ListSummary:
    """A list: its properties in order, how many entities of it the scope reaches, when one of them changed last."""

    name: str
    properties: tuple[str, ...]
    entities: int
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntityNow:
    """An entity as it is: `pk` puts entities in order and pages them; `made_by` is the user whose form made it."""

    pk: int
    uuid: UUID
    label: str
    version: int
    properties: Mapping[str, str]
    made_at: datetime
    made_by: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EntityThen:
    """A version of an entity, where it comes from, and, if from a form, from which submission and by whom."""

    number: int
    label: str
    properties: Mapping[str, str]
    source: str
    at: datetime
    submission: int | None
    sent_by: int | None
    base_version: int | None
    trunk_version: int | None
    branch: str


def lists(scope: Scope) -> tuple[ListSummary, ...]:
    """The lists there are: those of the register, then those that only forms know, by name."""
    known = Entity.objects.exclude(list_name__in=LISTS).values_list("list_name", flat=True).distinct()
    return tuple(_summary(name, scope) for name in (*LISTS, *sorted(known)))


def entities_of(list_name: str, scope: Scope, after: int = 0, most: int = PAGE_ROWS) -> tuple[EntityNow, ...]:
    """The entities of a list that a scope reaches, in the order they were made, from the one after `after` on."""
    found = _present(_in_scope(list_name, scope)).filter(entity__gt=after).order_by("entity")
    return tuple(
        EntityNow(*row)
        for row in found.values_list(
            "entity", "entity__uuid", "label", "number", "properties", "entity__made_at", "entity__made_by",
            "entity__updated_at",
        )[:most]
    )  # fmt: skip


def versions_of(list_name: str, uuid: UUID, scope: Scope) -> tuple[EntityThen, ...]:
    """The versions of an entity, the first first; none of what the scope does not reach."""
    found = EntityVersion.objects.filter(entity__in=_in_scope(list_name, scope).filter(uuid=uuid))
    return tuple(
        EntityThen(*row)
        for row in found.order_by("number").values_list(
            "number", "label", "properties", "source", "at", "update__submission", "update__sent_by",
            "update__base_version", "update__trunk_version", Coalesce("update__branch", Value("")),
        )
    )  # fmt: skip


def _in_scope(list_name: str, scope: Scope) -> QuerySet[Entity]:
    """The entities of a list whose row a scope reaches, and those of no row that its people made."""
    made = Q(row=None, made_by__code__in=_makers(scope), made_by__role=Role.TECHNICIAN)
    rows = Q(row__in=_ROWS[list_name](scope).values("pk")) if list_name in _ROWS else Q(pk__in=[])
    return Entity.objects.filter(rows | made, list_name=list_name, deleted_at=None)


def _makers(scope: Scope) -> QuerySet[Technician, Any]:
    """The technicians whose own entities a scope reaches: oneself, or those of the areas."""
    by_area = scope.role in (Role.OFFICE, Role.AUDITOR)
    own = Q(code=scope.code) if scope.role == Role.TECHNICIAN else Q(pk__in=[])
    return Technician.objects.filter(scope.areas_q("area__code") if by_area else own).values("code")


def _present(entities: QuerySet[Entity]) -> QuerySet[EntityVersion]:
    return EntityVersion.objects.filter(entity__in=entities, number=F("entity__version"))


def _summary(name: str, scope: Scope) -> ListSummary:
    entities = _in_scope(name, scope)
    told = entities.aggregate(count=Count("pk"), last=Max("updated_at"))
    return ListSummary(name, _properties(name, entities), told["count"], told["last"])


def _properties(name: str, entities: QuerySet[Entity]) -> tuple[str, ...]:
    if name in LISTS:
        return LISTS[name].columns
    said = _present(entities).values_list("properties", flat=True)
    return tuple(sorted({name for properties in said for name in properties}))
