"""Constancias within what a user may see."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.core.sheets import folded
from ceiba.credentials.models import Credential, CredentialEvent
from ceiba.credentials.states import CredentialState
from ceiba.registry.selectors import PAGE_ROWS, participants_in

STATES: Final = tuple(state.value for state in CredentialState)


@dataclass(frozen=True, slots=True)
class CredentialPage:
    """A page of constancias, the newest first; `next` is the offset of the one after it, None on the last."""

    rows: tuple[Credential, ...]
    count: int
    next: int | None


def credentials_in(scope: Scope) -> QuerySet[Credential]:
    """The constancias of the people whom a scope reaches."""
    return Credential.objects.filter(participant_id__in=participants_in(scope).values("pk"))


def credential_in(scope: Scope, credential: UUID) -> Credential | None:
    """One with all that happened to it; None for one of nobody in the scope."""
    events = CredentialEvent.objects.select_related("by").order_by("pk")
    rows = credentials_in(scope).select_related(
        "participant__area", "programme", "status_list", "issued_by", "asked_by", "key"
    )
    return rows.prefetch_related(Prefetch("events", events)).filter(pk=credential).first()


def credentials_of_person(participant_id: int) -> list[Credential]:
    """A person's, the newest first."""
    rows = Credential.objects.filter(participant=participant_id).select_related(
        "programme", "status_list", "key"
    )
    return list(rows.order_by("-issued_at", "id"))


def holder_of(number: UUID) -> str | None:
    """Code of the person to whom the constancia of a number was issued; None where there is none."""
    rows = Credential.objects.filter(pk=number).values_list("participant__code", flat=True)
    return rows.first()


def credentials_page(
    scope: Scope, *, state: str = "", text: str = "", area: str = "", offset: int = 0
) -> CredentialPage:
    """Those in a state (any, if none is named), of people found by name or code and area."""
    rows = credentials_in(scope)
    if state:
        rows = rows.filter(state=state)
    if area:
        rows = rows.filter(participant__area__code__startswith=area)
    for word in folded(text).split():
        rows = rows.filter(Q(participant__search_text__contains=word))
    page = rows.select_related("participant__area", "programme").order_by("-issued_at", "id")
    found = tuple(page[offset : offset + PAGE_ROWS + 1])
    more = offset + PAGE_ROWS if len(found) > PAGE_ROWS else None
    return CredentialPage(found[:PAGE_ROWS], rows.count(), more)
