"""Who in the register may be the person that somebody is about to enter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
from django.contrib.postgres.search import TrigramWordSimilarity

from ceiba.accounts.selectors import Scope
from ceiba.core.sheets import folded
from ceiba.registry import numbers
from ceiba.registry.models import Document, Participant
from ceiba.registry.selectors.people import participants_in
from ceiba.registry.selectors.search import participant_search

LIKE_MIN: Final = 0.5
"""How alike two people's names are from which they may be one, spelled in two ways; of people born on one day."""
SHOWN_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody who may be the same person, and what says so besides the name."""

    person: Participant
    same_birth: bool
    same_number: bool


@dataclass(frozen=True, slots=True)
class Doubles:
    """Those within the scope, the likeliest first; `hidden` counts those outside it that have a document's number."""

    found: tuple[Double, ...] = ()
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.found or self.hidden)


def doubles_of(
    scope: Scope, *, names: str, birth_date: date | None, documents: Iterable[tuple[str, str]]
) -> Doubles:
    """People with the same document (kind, number), with all of the names, or born that day and named alike."""
    holders = _holders(documents)
    people = {each.pk: each for each in participant_search(scope, names, SHOWN_MAX).people if names.strip()}
    if birth_date is not None:
        born = participants_in(scope).filter(birth_date=birth_date)
        alike = born.annotate(alike=TrigramWordSimilarity(folded(names), "search_text"))
        near = alike.filter(alike__gte=LIKE_MIN).order_by("-alike", "pk")[:SHOWN_MAX]
        people |= {each.pk: each for each in near.select_related("area", "group")}
    within = participants_in(scope).filter(pk__in=holders).select_related("area", "group")
    people |= {each.pk: each for each in within}
    found = (Double(each, each.birth_date == birth_date, each.pk in holders) for each in people.values())
    first = sorted(found, key=lambda each: (not each.same_number, not each.same_birth, each.person.pk))
    return Doubles(tuple(first[:SHOWN_MAX]), len(holders - set(people)))


def _holders(documents: Iterable[tuple[str, str]]) -> set[int]:
    """The numbers of the people who hold any of these documents, wherever they are."""
    given = pl.DataFrame(
        [each for each in documents if each[1].strip()],
        {"document": pl.String, "number": pl.String},
        orient="row",
    )
    hashes = numbers.hashed(given["document"], given["number"])
    return set(Document.objects.filter(number_hash__in=hashes).values_list("participant_id", flat=True))
