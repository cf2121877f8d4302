"""The tray by place: how many submissions an area has, and where each one is."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import Scope
from ceiba.review.selectors.tray import Filters, filtered, tray_in

POINTS_MAX: Final = 3_000
Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The submissions of an area, and how many of them have a flag that holds."""

    submissions: int
    flagged: int


def counts_by_area(scope: Scope, user: User, filters: Filters) -> dict[str, Counted]:
    """Counts by area code, of what a user may see; no flags are counted for whoever may not see them."""
    flagged = Count("pk", filter=~Q(flags=[]))
    rows = filtered(tray_in(scope, user), filters).exclude(area_code="")
    counted = rows.order_by().values("area_code").annotate(n=Count("pk"), flagged=flagged)
    shows = may(user, Action.VIEW_FLAGS)
    return {row["area_code"]: Counted(row["n"], row["flagged"] if shows else 0) for row in counted}


def points_in_box(
    box: Box, scope: Scope, user: User, filters: Filters
) -> list[tuple[float, float, dict[str, Any]]]:
    """(longitude, latitude, attributes) of at most `POINTS_MAX` submissions in the box, the latest ones."""
    west, south, east, north = box
    rows = filtered(tray_in(scope, user), filters).filter(
        lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north
    )
    shows = may(user, Action.VIEW_FLAGS)
    found = rows.order_by("-pk").values_list("pk", "lon", "lat", "form_code", "decision", "state", "flags")
    return [
        (lon, lat, {"id": pk, "form": form, "look": _look(decision, state, bool(flags) and shows)})
        for pk, lon, lat, form, decision, state, flags in found[:POINTS_MAX]
        if lon is not None and lat is not None
    ]


def _look(decision: str, state: str, flagged: bool) -> str:
    """What the colour of a point tells: the decision, else a flag, else quarantine, else nothing yet."""
    if decision:
        return decision
    return "flagged" if flagged else "quarantined" if state == "quarantined" else "open"
