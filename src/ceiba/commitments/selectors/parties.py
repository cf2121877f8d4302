"""Reads parties by what they are called now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from ceiba.commitments.models import PartyNaming
from ceiba.core.statements import PartyNames


@dataclass(frozen=True, slots=True)
class Called:
    """A party and what it is called."""

    number: int
    kind: str
    country: str
    es: str
    en: str
    aliases: Sequence[str]

    @property
    def names(self) -> PartyNames:
        """Its names as statements are read with."""
        return PartyNames(self.number, (self.es, self.en, *self.aliases))


def parties() -> dict[int, Called]:
    """Every party by its number, as it is called now, in the order of Spanish names."""
    last = PartyNaming.objects.filter(party=OuterRef("party")).order_by("-pk").values("pk")[:1]
    namings = PartyNaming.objects.filter(pk=Subquery(last)).select_related("party").order_by("name_es", "pk")
    return {
        naming.party_id: Called(
            naming.party_id,
            naming.party.kind,
            naming.party.country,
            naming.name_es,
            naming.name_en,
            naming.aliases,
        )
        for naming in namings
    }


def party_namings(party: int) -> list[PartyNaming]:
    """What a party has been called, the last first."""
    return list(PartyNaming.objects.filter(party=party).select_related("by").order_by("-pk"))
