"""Everybody within a scope by name, a page at a time."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from ceiba.accounts.selectors import Scope
from ceiba.registry.models import Participant
from ceiba.registry.selectors.people import participants_in

PAGE_ROWS: Final = 25


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people, and the code after which the next page begins; None on the last."""

    people: tuple[Participant, ...]
    next: str | None


def people_page(scope: Scope, after: str = "") -> PeoplePage:
    """People by family names, given names and number, from the one after the code `after` on."""
    rows = participants_in(scope).select_related("area", "group")
    if after and (last := participants_in(scope).filter(code=after).first()):
        # The first condition says nothing new, but lets the index by name begin where the page does.
        rows = rows.filter(
            Q(family_names__gt=last.family_names)
            | Q(family_names=last.family_names, given_names__gt=last.given_names)
            | Q(family_names=last.family_names, given_names=last.given_names, pk__gt=last.pk),
            family_names__gte=last.family_names,
        )
    found = tuple(rows.order_by("family_names", "given_names", "pk")[: PAGE_ROWS + 1])
    return PeoplePage(found[:PAGE_ROWS], found[PAGE_ROWS - 1].code if len(found) > PAGE_ROWS else None)
