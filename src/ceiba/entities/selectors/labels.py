"""What entities are called, for whoever may know."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.entities.models import EntityVersion
from ceiba.registry.selectors import groups_in, participants_in, plots_in

_ROWS: Final[Mapping[str, Callable[[Scope], QuerySet[Any]]]] = {
    "participants": participants_in,
    "plots": plots_in,
    "groups": groups_in,
}


def entity_labels(scope: Scope, uuids: Iterable[UUID]) -> dict[str, str]:
    """The present label of each of these entities, by its id as a text; only of rows of the register in the scope."""
    wanted = list(uuids)
    if not wanted:
        return {}
    versions = EntityVersion.objects.filter(entity__uuid__in=wanted, number=F("entity__version"))
    found = (
        versions.filter(entity__list_name=name, entity__row__in=rows(scope).values("pk"))
        for name, rows in _ROWS.items()
    )
    return {str(uuid): label for each in found for uuid, label in each.values_list("entity__uuid", "label")}
