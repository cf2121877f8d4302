"""Reads the register: every commitment as it stands on a day, filtered, counted and by year."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.commitments.models import Answer, Delivery, EntryKind, Terms
from ceiba.commitments.selectors.standing import Standing, holding, standing
from ceiba.core.commitments import State

Row = TypeVar("Row", Delivery, Answer)
INSIDERS: Final = (Role.OFFICE, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list: each empty for all. `year` is that in which something was said."""

    state: str = ""
    promiser: int | None = None
    receiver: int | None = None
    kind: str = ""
    year: str = ""

    def holds(self, each: Standing) -> bool:
        """Whether a commitment is asked for."""
        terms = each.terms
        return (
            self.state in ("", each.state)
            and self.kind in ("", terms.kind)
            and self.promiser in (None, terms.promiser_id)
            and self.receiver in (None, terms.receiver_id)
            and terms.said_on.startswith(self.year)
        )


def sees_unconfirmed(scope: Scope) -> bool:
    """Whether what nobody confirmed yet is shown: to those who work on the register and those who audit it."""
    return scope.role in INSIDERS


def register(scope: Scope, on: date) -> list[Standing]:
    """Every commitment of the register as it stands on a day: the late first, then by when it was said, the last
    first.

    Those not confirmed are among them for insiders; what was refused is not.
    """
    terms = Terms.objects.select_related("entry", "source")
    confirmed = list(terms.filter(entry__in=holding()))
    deliveries = _by_commitment(Delivery.objects.filter(entry__in=holding()).select_related("entry"))
    answers = _by_commitment(Answer.objects.filter(entry__in=holding()).select_related("entry"))
    found = [
        standing(
            each,
            is_confirmed=True,
            deliveries=deliveries[each.entry.commitment_id],
            answers=answers[each.entry.commitment_id],
            on=on,
        )
        for each in confirmed
    ]
    if sees_unconfirmed(scope):
        waiting = terms.filter(
            entry__kind=EntryKind.TERMS, entry__replaces=None, entry__decision__isnull=True
        )
        found += [standing(each, is_confirmed=False, deliveries=(), answers=(), on=on) for each in waiting]
    ranks = {state: rank for rank, state in enumerate(State)}
    found.sort(key=lambda each: (each.terms.said_on, each.number), reverse=True)
    return sorted(found, key=lambda each: ranks[each.state])


def counts(found: Iterable[Standing]) -> dict[State, int]:
    """How many stand how."""
    counted = Counter(each.state for each in found)
    return {state: counted[state] for state in State}


def by_year(found: Iterable[Standing]) -> dict[int, dict[State, int]]:
    """How many stand how, by the year in which they were said; every year from the first to the last."""
    years: dict[int, list[Standing]] = defaultdict(list)
    for each in found:
        years[int(each.terms.said_on[:4])].append(each)
    if not years:
        return {}
    return {year: counts(years[year]) for year in range(min(years), max(years) + 1)}


def _by_commitment(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.entry.commitment_id].append(row)
    return grouped
