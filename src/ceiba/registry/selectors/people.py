"""Who is there, within what a user may see: the one place that says which people a scope reaches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.register import ENDED
from ceiba.registry.models import Enrolment, Group, Participant, Plot, Technician

BY_AREA: Final = (Role.OFFICE, Role.SUPERVISOR, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR)


def participants_in(scope: Scope) -> QuerySet[Participant]:
    """The people a scope reaches, in no order.

    Offices, supervisors, payments and auditors see their areas; technicians the people of the groups that name them;
    participants themselves; funders and consulates nobody (what is shared with these: `pathway`).
    """
    everyone = Participant.objects.all()
    if scope.role in BY_AREA:
        return everyone.filter(scope.areas_q("area__code"))
    if scope.role == Role.TECHNICIAN and scope.code:
        return everyone.filter(group__in=groups_in(scope).values("pk"))
    if scope.role == Role.PARTICIPANT and scope.code:
        return everyone.filter(code=scope.code)
    return everyone.none()


def groups_in(scope: Scope) -> QuerySet[Group]:
    """The groups of a scope's areas, or, for a technician, those that name them; nobody else sees groups."""
    if scope.role in BY_AREA:
        return Group.objects.filter(scope.areas_q("area__code"))
    if scope.role == Role.TECHNICIAN and scope.code:
        # The technician is looked up once and by itself: a join with an "or" would read every group and person.
        own = Subquery(Technician.objects.filter(code=scope.code).values("pk")[:1])
        return Group.objects.filter(Q(technician_productive=own) | Q(technician_social=own))
    return Group.objects.none()


def participants_served(scope: Scope) -> QuerySet[Participant]:
    """The people of a scope who are in a programme or on the way into one: those whom somebody still visits."""
    enrolments = Enrolment.objects.filter(participant=OuterRef("pk"))
    return participants_in(scope).filter(Exists(enrolments.exclude(state__in=ENDED)) | ~Exists(enrolments))


def plots_served(scope: Scope) -> QuerySet[Plot]:
    """The plots of the people whom somebody still visits."""
    return Plot.objects.filter(participant__in=participants_served(scope).values("pk"))


def programmes_served(scope: Scope) -> list[str]:
    """The codes of the programmes in which somebody is whom the scope's user visits, sorted."""
    enrolments = Enrolment.objects.filter(participant__in=participants_served(scope).values("pk"))
    return sorted(enrolments.exclude(state__in=ENDED).values_list("programme_id", flat=True).distinct())


def plots_in(scope: Scope) -> QuerySet[Plot]:
    """The plots of the people whom a scope reaches."""
    return Plot.objects.filter(participant__in=participants_in(scope).values("pk"))


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What decides who reaches a row of the register: its area, its technicians, and the person it is of, if any."""

    area: str
    technicians: frozenset[str]
    participant: int | None = None
    code: str = ""


_PAIR: Final = ("technician_productive__code", "technician_social__code")
_WHERE: Final[Mapping[str, tuple[type[Model], tuple[str, ...]]]] = {
    "participants": (Participant, ("area_id", "pk", "code", *(f"group__{name}" for name in _PAIR))),
    "plots": (
        Plot,
        (
            "participant__area_id",
            "participant_id",
            "participant__code",
            *(f"participant__group__{n}" for n in _PAIR),
        ),
    ),
    "groups": (Group, ("area_id", *_PAIR)),
}


def whereabouts_of(sheet: str, rows: Iterable[int]) -> Mapping[int, Whereabouts]:
    """Who reaches each of many rows of "participants", "plots" or "groups", asked once for all of them."""
    table, columns = _WHERE[sheet]
    found = {}
    for pk, area, *rest in table._default_manager.filter(pk__in=list(rows)).values_list("pk", *columns):
        *person, productive, social = rest
        found[pk] = Whereabouts(area, frozenset(filter(None, (productive, social))), *person)
    return found


def areas_of(sheet: str, codes: Iterable[str]) -> Mapping[str, str]:
    """The area code of each of many groups or technicians, by their codes."""
    tables: dict[str, type[Model]] = {"groups": Group, "technicians": Technician}
    found = tables[sheet]._default_manager.filter(code__in=set(codes) - {""})
    return dict(found.values_list("code", "area_id"))


def reaches(scope: Scope, row: Whereabouts) -> bool:
    """Whether a scope reaches a row, as `participants_in` and `groups_in` say it, for many rows and many scopes."""
    if scope.role in BY_AREA:
        return scope.covers(row.area)
    if scope.role == Role.TECHNICIAN:
        return bool(scope.code) and scope.code in row.technicians
    return scope.role == Role.PARTICIPANT and bool(scope.code) and scope.code == row.code


def codes_of(people: Iterable[int]) -> dict[int, str]:
    """The code of each of many people, by their numbers."""
    return dict(Participant.objects.filter(pk__in=list(people)).values_list("pk", "code"))
