"""Reads consents, who looked, and what a recipient may be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from ceiba.accounts.models import Role, User
from ceiba.core.dossier import Part
from ceiba.pathway.models import Consent, Look, Recipient


@dataclass(frozen=True, slots=True)
class Given:
    """A consent and how it stands: "live", "withdrawn", "replaced" or "ended"."""

    consent: Consent
    standing: str

    @property
    def is_live(self) -> bool:
        """Whether something is shown by it now."""
        return self.standing == "live"


@dataclass(frozen=True, slots=True)
class Shared:
    """A person as a recipient's list names them, by code alone: what they consented to, and until when."""

    code: str
    consents: tuple[Consent, ...]


def recipients() -> QuerySet[Recipient]:
    """Everybody with whom something can be shared, by country and name."""
    return Recipient.objects.order_by("country", "name")


def recipient_of(user: User) -> Recipient | None:
    """The consulate or ministry of an officer; None for anybody else."""
    if user.role != Role.CONSULAR or not user.is_active or not user.code:
        return None
    return Recipient.objects.filter(code=user.code).first()


def live_consents(now: datetime) -> QuerySet[Consent]:
    """The consents by which something is shown at a moment (`ceiba_pathway_shared` says the same in the database)."""
    kept = Q(withdrawal=None) | Q(withdrawal__at__gt=now)
    return Consent.objects.filter(kept, at__lte=now, until__gte=now.astimezone(UTC).date())


def consents_of(participant: int, now: datetime) -> list[Given]:
    """All that a person consented to, the latest first."""
    rows = Consent.objects.filter(participant=participant).select_related("recipient", "withdrawal", "by")
    return [Given(row, _standing(row, now)) for row in rows.order_by("-at", "-pk")]


def looks_of(participant: int) -> QuerySet[Look]:
    """Who looked at a person's dossier, and at what; the latest first."""
    return (
        Look.objects.filter(participant=participant).select_related("recipient", "by").order_by("-at", "-pk")
    )


def parts_shared(consents: Iterable[Consent]) -> tuple[Part, ...]:
    """What several consents show together, in the order of `Part`."""
    shown = {part for consent in consents for part in consent.parts}
    return tuple(part for part in Part if part in shown)


def shared_with(recipient: Recipient, now: datetime) -> list[Shared]:
    """Who shares something with a recipient now, by code: the list tells no name, for no look is written for it."""
    rows = live_consents(now).filter(recipient=recipient).select_related("participant", "programme")
    people: dict[str, list[Consent]] = {}
    for row in rows.order_by("participant__code", "stage"):
        people.setdefault(row.participant.code, []).append(row)
    return [Shared(code, tuple(consents)) for code, consents in people.items()]


def _standing(consent: Consent, now: datetime) -> str:
    taken = getattr(consent, "withdrawal", None)
    if taken is not None and taken.at <= now:
        return "replaced" if taken.replaced else "withdrawn"
    return "live" if consent.until >= now.astimezone(UTC).date() else "ended"
