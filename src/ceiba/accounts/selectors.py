"""What a user may see: the scope that every list, count, export, tile and dropdown is drawn through."""

from dataclasses import dataclass

from django.db.models import Q

from ceiba.accounts.models import User


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


def scope_of(user: User) -> Scope:
    """The scope of a signed-in user."""
    return Scope(
        user.role, tuple(user.scopes.values_list("area_code", flat=True).order_by("area_code")), user.code
    )
