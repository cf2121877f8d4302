"""Who is there, within what a user may see: the one place that says which people a scope reaches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.register import ENDED
from ceiba.registry.models import Enrolment, Group, Participant, Plot, Technician

BY_AREA: Final = (Role.OFFICE, Role.PAYMENTS, Role.AUDITOR)


def participants_in(scope: Scope) -> QuerySet[Participant]:
    """The people a scope reaches, in no order.

    Offices, payments and auditors see their areas; technicians the people of the groups that name them;
    participants themselves; funders nobody.
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


def plots_in(scope: Scope) -> QuerySet[Plot]:
    """The plots of the people whom a scope reaches."""
    return Plot.objects.filter(participant__in=participants_in(scope).values("pk"))


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What decides who reaches a person: their code, their area, and the technicians of their group."""

    code: str
    area: str
    technicians: frozenset[str]


def whereabouts_of(participants: Iterable[int]) -> Mapping[int, Whereabouts]:
    """Who reaches each of many people, asked once for all of them."""
    pair = ("group__technician_productive__code", "group__technician_social__code")
    rows = Participant.objects.filter(pk__in=list(participants)).values_list("pk", "code", "area_id", *pair)
    return {
        pk: Whereabouts(code, area, frozenset(filter(None, (productive, social))))
        for pk, code, area, productive, social in rows
    }


def reaches(scope: Scope, person: Whereabouts) -> bool:
    """Whether a person is one of `participants_in(scope)`, for whoever asks it of many people and many scopes."""
    if scope.role in BY_AREA:
        return scope.covers(person.area)
    if scope.role == Role.TECHNICIAN:
        return bool(scope.code) and scope.code in person.technicians
    return scope.role == Role.PARTICIPANT and bool(scope.code) and scope.code == person.code
