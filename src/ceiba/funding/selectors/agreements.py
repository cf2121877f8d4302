"""Which entries stand, and which agreements a user sees."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.rules.rulebook import Rulebook
from ceiba.funding.models import Agreement, Division, Entry, FundingShare

E = TypeVar("E", bound=Entry)


def standing(kind: type[E]) -> QuerySet[E]:
    """The entries that were accepted and that no accepted entry replaces."""
    entries: QuerySet[E] = kind._default_manager.filter(accepted=True)
    return entries.exclude(pk__in=_replaced(kind))


def live(kind: type[Entry], **same: Any) -> bool:
    """Whether an entry of these values was made that nobody refused."""
    return kind._default_manager.filter(**same).exclude(accepted=False).exists()


def waiting(kind: type[E]) -> QuerySet[E]:
    """The entries that nobody has decided yet, oldest first."""
    entries: QuerySet[E] = kind._default_manager.filter(decided_by__isnull=True)
    return entries.select_related("entered_by", "replaces").order_by("entered_at", "pk")


def agreement_of(code: str) -> Agreement | None:
    """The agreement of a code as it stands; None when there is none."""
    return standing(Agreement).filter(code=code).select_related("funder", "programme").first()


def agreements_in(scope: Scope) -> QuerySet[Agreement]:
    """The agreements a scope reaches, by code.

    A funder's user sees those of the one funder that the user is tied to by code, wherever they pay, and no other
    funder's, though they pay in the same places. Everybody else sees those that pay anywhere within their areas, or
    nowhere yet. Nobody sees any whose areas are not theirs.
    """
    rows = standing(Agreement).select_related("funder", "programme").order_by("code")
    if scope.role == Role.FUNDER:
        return rows.filter(funder__code=scope.code) if scope.code else rows.none()
    reached: set[str] = set()
    elsewhere: set[str] = set()
    for code, area in areas_paid():
        within = any(area.startswith(own) or own.startswith(area) for own in scope.areas)
        (reached if within else elsewhere).add(code)
    return rows.exclude(code__in=elsewhere - reached) if scope.areas else rows.none()


def divisions_of(agreement: Agreement) -> QuerySet[Division]:
    """The divisions that stand and of which the agreement pays a share, by place and month."""
    rows = standing(Division).filter(shares__agreement__code=agreement.code).distinct()
    return rows.prefetch_related("shares__agreement").order_by("area", "variant", "component", "from_month")


def manages(scope: Scope, book: Rulebook) -> bool:
    """Whether an office may say who pays in a programme: one that reaches a whole country of it."""
    return any(scope.covers(country) for country in book.countries)


def covers_place(scope: Scope, book: Rulebook, area: str) -> bool:
    """Whether the scope reaches the whole of a division's place; everywhere is every country of the programme."""
    return all(scope.covers(place) for place in ([area] if area else book.countries))


def _replaced(kind: type[E]) -> QuerySet[E, dict[str, Any]]:
    replacing: QuerySet[E] = kind._default_manager.filter(accepted=True, replaces__isnull=False)
    return replacing.values("replaces")


def areas_paid(programme: str | None = None) -> Iterable[tuple[str, str]]:
    """Agreements by code, and the areas where they pay a share ("": everywhere), by the divisions that stand."""
    shares = FundingShare.objects.filter(division__in=standing(Division).values("pk"))
    shares = shares.filter(division__programme=programme) if programme else shares
    return shares.values_list("agreement__code", "division__area").distinct()
