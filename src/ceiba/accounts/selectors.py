"""What a user may see: the scope that every list, count, export, tile and dropdown is drawn through."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from ceiba.accounts.models import AreaScope, Role, User

CELL_MIN: Final = 5
USER_NAME: Final = "coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username)"
"""In SQL, what a user is called, of accounts_user AS u."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A role, the area codes it reaches (each with all below it), and the user's own code in the register."""

    role: str
    areas: tuple[str, ...]
    code: str = ""

    def areas_q(self, field: str) -> Q:
        """Rows whose area code `field` lies in the scope; none when the scope has no areas."""
        within = Q(pk__in=[])
        for area in self.areas:
            within |= Q(**{f"{field}__startswith": area})
        return within

    def covers(self, area_code: str) -> bool:
        """Whether one area lies in the scope."""
        return any(area_code.startswith(area) for area in self.areas)

    @property
    def cell_min(self) -> int:
        """The smallest count that is told, and what counts are rounded to: a funder's tables point at nobody."""
        return CELL_MIN if self.role == Role.FUNDER else 0

    @property
    def is_portfolio(self) -> bool:
        """Whether it reaches the people of a technician, one person, or those who share with it; not areas."""
        return self.role in (Role.TECHNICIAN, Role.PARTICIPANT, Role.CONSULAR)


def technician_accounts(codes: Iterable[str]) -> dict[str, User]:
    """The account of each technician that has one, by their code; where there are several, the oldest in use."""
    users = User.objects.filter(role=Role.TECHNICIAN, code__in=list(codes)).order_by("is_active", "-pk")
    return {user.code: user for user in users}


def scope_of(user: User) -> Scope:
    """The scope of a signed-in user."""
    return Scope(
        user.role, tuple(user.scopes.values_list("area_code", flat=True).order_by("area_code")), user.code
    )


def scopes_of(users: Iterable[int]) -> Mapping[int, Scope]:
    """The scopes of many users by their numbers, asked once for all of them."""
    asked = list(users)
    areas: dict[int, list[str]] = defaultdict(list)
    for user, area in (
        AreaScope.objects.filter(user__in=asked).order_by("area_code").values_list("user_id", "area_code")
    ):
        areas[user].append(area)
    known = User.objects.filter(pk__in=asked).values_list("pk", "role", "code")
    return {user: Scope(role, tuple(areas[user]), code) for user, role, code in known}
