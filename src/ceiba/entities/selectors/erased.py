"""What entities say of one person, and which forms they came from: for whoever erases it."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from ceiba.entities.models import Entity, EntityUpdate, EntityVersion, Proposal, ProposalState
from ceiba.registry.models import Plot


def entities_of(participant: int) -> QuerySet[Entity]:
    """The entities of a person and of their plots, those that are gone too."""
    plots = Plot.objects.filter(participant=participant).values("pk")
    return Entity.objects.filter(
        Q(list_name="participants", row=participant) | Q(list_name="plots", row__in=plots)
    )


def updating_forms(participant: int) -> list[int]:
    """The submissions that said something of these entities, by number."""
    found = entities_of(participant)
    named = Q(pk__in=[])
    for uuid, list_name in found.values_list("uuid", "list_name"):
        named |= Q(uuid=uuid, list_name=list_name)
    return list(EntityUpdate.objects.filter(named).values_list("submission", flat=True).distinct())


def others_updated(submissions: list[int], participant: int) -> set[int]:
    """Those of these submissions that also said something of somebody else's entities."""
    own = set(entities_of(participant).values_list("uuid", "list_name"))
    rows = EntityUpdate.objects.filter(submission__in=submissions).values_list(
        "submission", "uuid", "list_name"
    )
    return {number for number, uuid, list_name in rows if (uuid, list_name) not in own}


def entities_held(participant: int) -> Mapping[str, int]:
    """How many versions of entities and proposals say something of a person."""
    found = entities_of(participant)
    said = EntityVersion.objects.filter(entity__in=found).exclude(label="", properties={})
    proposals = Proposal.objects.filter(Q(entity__in=found) | Q(participant=participant))
    return {"entities": said.count(), "proposals": proposals.exclude(seen={}, proposed={}).count()}


def proposals_open(participant: int) -> bool:
    """Whether a change of the person or of a plot of theirs waits for somebody to decide."""
    mine = Q(entity__in=entities_of(participant)) | Q(participant=participant)
    return Proposal.objects.filter(mine, state=ProposalState.OPEN).exists()
