"""Reads second visits: what may be drawn, who may go, what is to be done, and how the two agree."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope
from ceiba.core.flags import WORK, FlagLimits, heaped_counts
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.second_visits import (
    DAYS_TO_GO,
    PAIRS,
    PORTFOLIOS,
    TECHNICIANS,
    VISITS,
    agreement,
    assign,
    draw,
    lot_of,
)
from ceiba.evidence.models import Evidence
from ceiba.frames.postgres import read_frame, read_queryset
from ceiba.registry.models import Participant, Technician
from ceiba.review.models import Draw, Drawing, InTray, Review, SecondVisit

register_messages(
    {
        "second_visits.not_drawn": {
            "es": "Las segundas visitas de {month} no se han sorteado.",
            "en": "The second visits of {month} have not been drawn.",
        },
    }
)

_SQL: Final = Path(__file__).parents[1] / "sql"
_VISITS: Final = (_SQL / "visits.sql").read_text()
_ONE: Final = (_SQL / "one_visit.sql").read_text()
_PAIRS: Final = (_SQL / "pairs.sql").read_text()
_WORK: Final = (_SQL / "work.sql").read_text()
_TO_MAKE, _MADE, _LAPSED = range(3)


@dataclass(frozen=True, slots=True)
class Verified:
    """A draw made again: what it came to then and now, by key of the visit -> who goes."""

    drawn: dict[str, str]
    again: dict[str, str]
    visits: int

    @property
    def is_identical(self) -> bool:
        """Whether the same visits were drawn, in number and by name; who goes may have left since."""
        return set(self.drawn) == set(self.again)


def visits_of(programme: str, month: Month, until: datetime) -> pl.DataFrame:
    """`VISITS` of a month that were received until a moment, in the order of their keys."""
    values = {"programme": programme, "month": month.first_day, "until": until}
    return read_frame(_VISITS, values, VISITS).sort("key")


def visits_in(submission: int) -> pl.DataFrame:
    """`VISITS` that one submission holds."""
    return read_frame(_ONE, {"submission": submission}, VISITS)


def assigned(drawn: pl.DataFrame, lot: str) -> pl.DataFrame:
    """Who goes on each of `drawn` (`VISITS`), of the technicians there are now: `core.second_visits.ASSIGNED`."""
    able = Technician.objects.exclude(area__parent=None).values_list("code", "area_id", "area__parent_id")
    people = Participant.objects.filter(pk__in=drawn["participant_id"].unique().to_list())
    own = [
        people.filter(**{f"group__{name}__isnull": False}).values_list("pk", f"group__{name}__code")
        for name in ("technician_productive", "technician_social")
    ]
    portfolios = pl.concat([read_queryset(rows, PORTFOLIOS) for rows in own]).unique()
    return assign(drawn, read_queryset(able, TECHNICIANS), portfolios, lot)


def draws_open() -> list[Draw]:
    """The months whose seed is published and that have not been drawn, the oldest first."""
    return list(Draw.objects.filter(drawing=None).order_by("month", "programme_id"))


def drawing_of(programme: str, month: Month) -> Drawing:
    """What came of a month's draw. Raises CeibaError (second_visits.not_drawn)."""
    drawings = Drawing.objects.select_related("draw")
    found = drawings.filter(draw__programme=programme, draw__month=month.first_day).first()
    if found is None:
        raise CeibaError(Problem("second_visits.not_drawn", values={"month": month}))
    return found


def verified(drawing: Drawing) -> Verified:
    """Make a draw again from the evidence, with its seed."""
    made = drawing.draw
    visits = visits_of(made.programme_id, Month.of(made.month), drawing.received_until)
    lot = lot_of(made.seed, visits)
    again = assigned(draw(visits, drawing.percent, lot), lot)
    drawn = SecondVisit.objects.filter(draw=made).values_list("key", "technician")
    goes = again.with_columns(pl.col("technician").fill_null(""))
    return Verified(dict(drawn), dict(goes.select("key", "technician").rows()), visits.height)


def second_visits_in(scope: Scope, user: User) -> QuerySet[SecondVisit]:
    """The second visits a user may see: a technician's own to make; those of the areas of the others."""
    rows = SecondVisit.objects.select_related("participant__area", "participant__group")
    if scope.role == Role.TECHNICIAN:
        return rows.filter(technician=scope.code).exclude(technician="")
    if scope.role in (Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR):
        return rows.filter(scope.areas_q("participant__area__code"))
    return rows.none()


@dataclass(frozen=True, slots=True)
class Standing:
    """How second visits stand: still to be made, made, and those that nobody need make any more."""

    to_make: list[SecondVisit]
    made: list[SecondVisit]
    lapsed: list[SecondVisit]


def standing_of(rows: QuerySet[SecondVisit], most: int, now: datetime, days: int = DAYS_TO_GO) -> Standing:
    """How the latest of `rows` stand, at most so many together, those to be made first.

    Made: one has come, of that person and month. Lapsed: it was drawn or last asked for more than `days` ago, or a
    reviewer asked for it and has decided otherwise since. What was drawn is to be made whatever is decided.
    """
    seen = Evidence.objects.filter(
        Q(kind="second_visit"), participant=OuterRef("participant"), month=OuterRef("month")
    )
    since = now - timedelta(days=days)
    again = Review.objects.filter(submission=OuterRef("submission"), decision="second_visit", at__gte=since)
    otherwise = InTray.objects.filter(pk=OuterRef("submission")).exclude(decision="second_visit")
    stands = Case(
        When(Exists(seen), then=Value(_MADE)),
        When(~Q(Exists(again)), asked_at__lt=since, then=Value(_LAPSED)),
        When(Q(Exists(otherwise), draw=None), then=Value(_LAPSED)),
        default=Value(_TO_MAKE),
    )
    told = rows.annotate(stands=stands).order_by("stands", F("month").desc(), "technician", "pk")
    found: list[Any] = list(told[:most])
    to_make, made, lapsed = (
        [row for row in found if row.stands == each] for each in (_TO_MAKE, _MADE, _LAPSED)
    )
    return Standing(to_make, made, lapsed)


def agreement_in(scope: Scope, since: date, until: date) -> pl.DataFrame:
    """`core.second_visits.AGREEMENT` of the visits of a scope's areas, of months from `since` to `until`."""
    values = {"since": since, "until": until, "areas": list(scope.areas)}
    return agreement(read_frame(_PAIRS, values, PAIRS))


def heaps_in(scope: Scope, month: date, limits: FlagLimits) -> pl.DataFrame:
    """`core.flags.HEAPS` of the technicians' counts of a month, in a scope's areas."""
    work = read_frame(_WORK, {"month": month, "areas": list(scope.areas)}, WORK)
    return heaped_counts(work, limits.heaped_n, limits.heaped_p_per_million)
