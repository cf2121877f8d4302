"""What a technician's phone carries of the second visits that are theirs to make.

A list of its own, apart from people, plots and groups: forms of first visits do not offer whom it names, and it says
whom to visit and where, and nothing that the first visit found. It is drawn when the phone asks, so it ends with the
assignment: phones take the whole list anew.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import scope_of
from ceiba.registry.models import Plot
from ceiba.review.models import SecondVisit
from ceiba.review.selectors.returned import returned_to
from ceiba.review.selectors.second_visits import second_visits_in, standing_of

ROWS_MAX: Final = 500
COLUMNS: Final = ("name", "label", "code", "month", "group", "plots", "lon", "lat")


def second_visits_csv(user: User, now: datetime | None = None) -> bytes:
    """The second visits that the user is to make, or to correct, as CSV (`COLUMNS`); `lon` and `lat` in degrees.

    Those that lapsed by `now`, or by this moment, are left out. `month` is the first day of the month that is visited
    again; the place is that of the first plot that has one.
    """
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    visits = second_visits_to_make(user, now or timezone.now())
    plots = _plots({visit.participant_id for visit in visits})
    for visit in sorted(visits, key=lambda each: (each.participant.code, each.month, each.pk)):
        sheet.writerow(_row(visit, plots.get(visit.participant_id, ())))
    return out.getvalue().encode()


def second_visits_to_make(user: User, now: datetime) -> list[SecondVisit]:
    """What a technician who may still sign in is to make, and what of theirs was returned, to be corrected."""
    if not user.is_active or user.role != Role.TECHNICIAN:
        return []
    stand = standing_of(second_visits_in(scope_of(user), user), ROWS_MAX, now)
    returned = set(returned_to(user.pk).values_list("participant_id", "month"))
    again = (visit for visit in stand.made if (visit.participant_id, visit.month) in returned)
    return [*stand.to_make, *again]


def _row(visit: SecondVisit, plots: Iterable[Plot]) -> list[str]:
    person = visit.participant
    lon, lat = next((place for plot in plots if (place := _middle(plot))), ("", ""))
    label = f"{person.given_names} {person.family_names} · {person.code} · {visit.month:%Y-%m}"
    group = person.group.code if person.group else ""
    codes = " ".join(plot.code for plot in plots)
    return [str(visit.pk), label, person.code, visit.month.isoformat(), group, codes, lon, lat]


def _middle(plot: Plot) -> tuple[str, str] | None:
    """The middle of a plot's box, in degrees; None where no outline is known."""
    west, south, east, north = plot.west, plot.south, plot.east, plot.north
    if west is None or south is None or east is None or north is None:
        return None
    return f"{(west + east) / 2:.6f}", f"{(south + north) / 2:.6f}"


def _plots(people: Iterable[int]) -> Mapping[int, list[Plot]]:
    found: dict[int, list[Plot]] = defaultdict(list)
    rows = Plot.objects.filter(participant__in=list(people)).defer("geometry").order_by("code")
    for plot in rows:
        found[plot.participant_id].append(plot)
    return found
