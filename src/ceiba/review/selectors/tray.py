"""The tray as a user sees it: a list in the order of receipt, latest first, a page at a time, and counts.

Pages are found by the submission's number, through the indexes of the tray: the last is as quick as the first.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from ceiba.accounts.models import Role, User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import Scope
from ceiba.core.evidence import DECISIONS
from ceiba.core.flags import FLAG_KINDS
from ceiba.registry.selectors import participants_in
from ceiba.review.models import InTray
from ceiba.submissions.models import Standing, State

PAGE_ROWS: Final = 40
COUNTED_MAX: Final = 1_000
OPEN: Final = "open"
_BY_AREA: Final = (Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the tray is wanted; an empty text is everything. `decision` is `OPEN`, or one of `DECISIONS`."""

    decision: str = ""
    state: str = ""
    form: str = ""
    flag: str = ""
    technician: str = ""
    area: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, params: Mapping[str, str], *, flags: bool) -> "Filters":
        """The filters in an address; what makes no sense is left out. `flags`: whether these may be asked for."""
        decision = params.get("decision", OPEN)
        state, flag = params.get("state", ""), params.get("flag", "")
        return cls(
            decision=decision if decision in (OPEN, *DECISIONS) else "",
            state=state if state in State.values else "",
            form=params.get("form", "")[:64],
            flag=flag if flags and (flag in FLAG_KINDS or flag == "any") else "",
            technician=params.get("technician", "").strip()[:64],
            area=params.get("area", "")[:16],
            since=_day(params.get("since", "")),
            until=_day(params.get("until", "")),
        )


@dataclass(frozen=True, slots=True)
class TrayPage:
    """A page: its rows, the number before which the next one begins (None on the last), and how many match.

    `total` stops at `COUNTED_MAX`: nobody reads on, and counting millions takes seconds. `seen` is of all it shows.
    """

    rows: tuple[InTray, ...]
    next: int | None
    total: int
    seen: str

    @property
    def is_more(self) -> bool:
        """Whether more match than were counted."""
        return self.total > COUNTED_MAX


def tray_in(scope: Scope, user: User) -> QuerySet[InTray]:
    """The submissions a user may see, in no order.

    Offices, supervisors and auditors those of their areas; technicians what they sent themselves and what is of
    their people; nobody else any.
    """
    everything = InTray.objects.all()
    if not may(user, Action.VIEW_SUBMISSIONS):
        return everything.none()
    if scope.role in _BY_AREA:
        return everything.filter(scope.areas_q("area_code"))
    return everything.filter(Q(user_id=user.pk) | Q(participant__in=participants_in(scope)))


def tray_page(scope: Scope, user: User, filters: Filters, before: int | None = None) -> TrayPage:
    """A page of the tray, from the one before the number `before` on."""
    wanted = filtered(tray_in(scope, user), filters)
    total = len(wanted.order_by().values_list("pk", flat=True)[: COUNTED_MAX + 1])
    if before is not None:
        wanted = wanted.filter(pk__lt=before)
    found = tuple(wanted.select_related("participant__area").order_by("-pk")[: PAGE_ROWS + 1])
    rows = found[:PAGE_ROWS]
    shown = repr([(r.pk, r.state, r.decision, r.flags, r.is_replaced) for r in rows]) + str(total)
    seen = hashlib.sha256(shown.encode()).hexdigest()[:16]
    return TrayPage(rows, rows[-1].pk if len(found) > PAGE_ROWS else None, total, seen)


def tray_of(scope: Scope, user: User, submission: int) -> InTray | None:
    """One submission, if the user may see it."""
    return tray_in(scope, user).select_related("participant__area").filter(pk=submission).first()


def filtered(rows: QuerySet[InTray], filters: Filters) -> QuerySet[InTray]:
    """The rows that the filters let through. What an edit has replaced shows only where a state is asked for."""
    exact = {"state": filters.state, "form_code": filters.form, "technician": filters.technician}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.decision:
        rows = rows.filter(decision="" if filters.decision == OPEN else filters.decision)
    if filters.decision == OPEN and not filters.state:
        rows = rows.filter(is_replaced=False).exclude(state=State.SET_ASIDE)
    if filters.flag == "any":
        rows = rows.exclude(flags=[])
    elif filters.flag:
        rows = rows.filter(flags__contains=[filters.flag])
    if filters.area:
        rows = rows.filter(area_code__startswith=filters.area)
    if filters.since:
        rows = rows.filter(received_at__gte=_start(filters.since))
    if filters.until:
        rows = rows.filter(received_at__lt=_start(filters.until + timedelta(days=1)))
    return rows


def returned_to(user: User) -> QuerySet[InTray]:
    """What was returned to a user and has not been sent again, the latest first."""
    return (
        InTray.objects.filter(user_id=user.pk, decision="returned", is_replaced=False)
        .select_related("participant__area")
        .order_by("-pk")
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def submissions_untrayed() -> list[int]:
    """The numbers of submissions that were taken and that the tray does not have yet."""
    taken = Standing.objects.filter(taken_at__isnull=False)
    return list(taken.exclude(pk__in=InTray.objects.values("pk")).order_by("pk").values_list("pk", flat=True))
