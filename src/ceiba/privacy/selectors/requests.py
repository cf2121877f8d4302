"""Reads requests for erasure, within a scope."""

from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.privacy.models import Erasure, FileLeft
from ceiba.privacy.states import ErasureState
from ceiba.registry.selectors import participants_in


def erasures_in(scope: Scope) -> QuerySet[Erasure]:
    """Requests for people of the scope, the latest first."""
    rows = Erasure.objects.filter(participant__in=participants_in(scope).values("pk"))
    return rows.select_related("participant__area", "asked_by", "decided_by").order_by("-pk")


def erasure_in(scope: Scope, pk: int) -> Erasure | None:
    """The request, if its person is within the scope."""
    return erasures_in(scope).filter(pk=pk).first()


def erasures_of(participant: int) -> list[Erasure]:
    """A person's requests, the latest first."""
    rows = Erasure.objects.filter(participant=participant).select_related("asked_by", "decided_by")
    return list(rows.order_by("-pk"))


def waits_for_decision(participant: int) -> bool:
    """Whether one of a person is asked for and not decided."""
    return Erasure.objects.filter(participant=participant, state=ErasureState.ASKED).exists()


def files_left(erasure: int | None = None) -> list[str]:
    """Hashes of files that are still to be removed, of one request or of all."""
    rows = FileLeft.objects.all() if erasure is None else FileLeft.objects.filter(erasure=erasure)
    return list(rows.order_by("pk").values_list("sha256", flat=True))
