"""Accounts as pages list them, within what a user may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ceiba.accounts.selectors import Scope
from ceiba.payees.models import (
    CLOSED,
    CONFIRMED,
    FROZEN,
    PROPOSED,
    REFUSED,
    WITHDRAWN,
    PayeeAccount,
    PayeeImport,
)
from ceiba.registry.selectors import participant_search, participants_in

PAGE_ROWS: Final = 50
STANDINGS: Final = ("proposed", "resting", "in_use", "frozen", "over", "refused", "withdrawn")
SEARCHED: Final = 500


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of accounts, the number after which the next begins (None on the last), and how many there are."""

    rows: tuple[PayeeAccount, ...]
    next: int | None
    count: int


def accounts_in(scope: Scope) -> QuerySet[PayeeAccount]:
    """The accounts of the people a scope reaches."""
    return PayeeAccount.objects.filter(participant__in=participants_in(scope).values("pk"))


def accounts_page(
    scope: Scope, *, standing: str, on: date, text: str = "", area: str = "", after: int = 0
) -> AccountPage:
    """Accounts of a standing (one of `STANDINGS`), of people found by `text` and below `area`, oldest first."""
    rows = accounts_in(scope).filter(_standing(standing, on))
    if area:
        rows = rows.filter(participant__area__code__startswith=area)
    if text:
        people = participant_search(scope, text, SEARCHED).people
        rows = rows.filter(participant__in=[person.pk for person in people])
    page = rows.filter(pk__gt=after).order_by("pk")
    shown = page.select_related("participant__area", "proposed_by", "changed_by", "source")
    found = tuple(shown.defer("number_cipher")[: PAGE_ROWS + 1])
    following = found[PAGE_ROWS - 1].pk if len(found) > PAGE_ROWS else None
    return AccountPage(found[:PAGE_ROWS], following, rows.count())


def accounts_of_person(participant: int) -> list[PayeeAccount]:
    """All accounts of a person with their history, the newest first."""
    accounts = PayeeAccount.objects.filter(participant=participant).order_by("-pk")
    return list(accounts.select_related("proposed_by", "confirmed_by").prefetch_related("changes__by"))


def shared_with(accounts: Iterable[PayeeAccount]) -> Mapping[int, int]:
    """Of each account whose number others have too, how many other people: proposed, resting or in use."""
    hashes = {account.pk: bytes(account.number_hash) for account in accounts if account.number_hash}
    counted = (
        PayeeAccount.objects.filter(number_hash__in=set(hashes.values()), state__in=[PROPOSED, CONFIRMED])
        .values_list("number_hash")
        .annotate(people=Count("participant", distinct=True))
    )
    others = {bytes(number): people - 1 for number, people in counted}
    return {pk: others[number] for pk, number in hashes.items() if others.get(number)}


def import_made(sha256: str) -> PayeeImport | None:
    """The import that a file of this hash made."""
    return PayeeImport.objects.filter(sha256=sha256).first()


def imports_in(scope: Scope, most: int | None = None) -> list[PayeeImport]:
    """The files that brought accounts of the scope, the newest first, each with how many still wait (`waiting`)."""
    within = accounts_in(scope).filter(source=OuterRef("pk"))
    waiting = within.filter(state=PROPOSED).values("source").annotate(n=Count("pk")).values("n")
    files = PayeeImport.objects.filter(Exists(within)).select_related("by").order_by("-pk")
    return list(files.annotate(waiting=Coalesce(Subquery(waiting), 0))[:most])


def waiting_of(source: PayeeImport, scope: Scope) -> QuerySet[PayeeAccount]:
    """What of a file still waits to be confirmed, within the scope."""
    return accounts_in(scope).filter(source=source, state=PROPOSED)


def _standing(standing: str, on: date) -> Q:
    confirmed = Q(state=CONFIRMED)
    lasts, ever = Q(usable_until=None) | Q(usable_until__gt=on), Q(usable_until__gt=F("usable_from"))
    conditions = {
        "resting": confirmed & Q(usable_from__gt=on) & (Q(usable_until=None) | ever),
        "in_use": confirmed & Q(usable_from__lte=on) & lasts,
        "over": Q(state=CLOSED)
        | (confirmed & (Q(usable_until__lte=on) | Q(usable_until__lte=F("usable_from")))),
        "frozen": Q(state=FROZEN),
        "refused": Q(state=REFUSED),
        "withdrawn": Q(state=WITHDRAWN),
    }
    return conditions.get(standing, Q(state=PROPOSED))
