"""Reads packs that were asked for on the site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import Scope
from ceiba.audit.selectors import last_detail
from ceiba.jobs.state import JobState, job_of
from ceiba.packs.models import Pack
from ceiba.registry.places import areas_named

PACK_TASK: Final = "pack.make"
REFUSED: Final = "pack.refused"  # an event; its detail says why, in every language
PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A pack as the page lists it: where, how its job stands, and whether it can be fetched.

    `standing` is "working", "ready", "expired" or "refused" (also: broken off).
    """

    pack: Pack
    area: str
    job: JobState | None
    standing: str
    refusal: Mapping[str, str]
    is_own: bool

    @property
    def seen(self) -> str:
        """What a page that shows this has shown."""
        return f"{self.standing} {self.job.seen if self.job else ''}"


def packs_in(scope: Scope) -> QuerySet[Pack]:
    """The packs of areas that a scope covers whole, whoever asked for them, the latest first."""
    within = Q(pk__in=[])
    for area in scope.areas:
        within |= Q(area_code__startswith=area)
    return Pack.objects.filter(within).select_related("programme", "asked_by").order_by("-pk")


def pack_of(user: User, scope: Scope, pk: int) -> Pack | None:
    """The pack of this number, for the account that it was made for, while it may have one of the area."""
    return packs_in(scope).filter(pk=pk, asked_by=user).first() if may(user, Action.TAKE_PACK) else None


def packs_shown(packs: Iterable[Pack], user: User, now: datetime) -> list[Shown]:
    """How each stands for a user: only who asked for one can fetch it, for it holds what that account may see."""
    rows = list(packs)
    names = areas_named({row.area_code for row in rows})
    return [_shown(row, names.get(row.area_code, row.area_code), user, now) for row in rows]


def packs_kept(codes: Iterable[str]) -> list[Pack]:
    """The packs of which the zip is there still and in which people of these areas are."""
    there = Pack.objects.exclude(sha256="").filter(removed_at=None)
    wanted = set(codes)
    return [row for row in there if any(code.startswith(row.area_code) for code in wanted)]


def _shown(row: Pack, area: str, user: User, now: datetime) -> Shown:
    job = job_of(PACK_TASK, row.job, pack=row.pk) if row.job else None
    if row.made_at is not None or row.removed_at is not None:
        ready = row.removed_at is None and row.expires_at is not None and now < row.expires_at
        standing = "ready" if ready else "expired"
    else:
        standing = "working" if job is not None and job.is_open else "refused"
    refusal = last_detail(REFUSED, f"pack:{row.pk}") if standing == "refused" else {}
    return Shown(row, area, job, standing, refusal, row.asked_by_id == user.pk)
