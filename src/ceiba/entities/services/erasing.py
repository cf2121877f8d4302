"""Erases what entities say of a person and of their plots, in all versions, and what phones said of them."""

from datetime import date

from django.db.models import Q

from ceiba.entities.models import EntityUpdate, EntityVersion, Proposal
from ceiba.entities.selectors.erased import entities_of
from ceiba.entities.services.refresh import entities_draw, entities_lock
from ceiba.registry.erasable import NOTHING_SAID


def entities_erase(*, participant: int, today: date) -> None:
    """Take them off every phone, and empty their versions, updates and proposals. In the caller's transaction.

    After the register's data of the person: the entities of its rows are drawn again first, and are no more.
    """
    entities_lock()
    entities_draw(today=today)
    found = list(entities_of(participant).values_list("pk", "uuid", "list_name"))
    EntityVersion.objects.filter(entity__in=[pk for pk, _, _ in found]).update(
        label="", properties={}, stamps={}
    )
    named = Q(pk__in=[])
    for _, uuid, list_name in found:
        named |= Q(uuid=uuid, list_name=list_name)
    EntityUpdate.objects.filter(named).update(label="", values={})
    decided = Proposal.objects.filter(Q(entity__in=[pk for pk, _, _ in found]) | Q(participant=participant))
    decided.update(seen={}, proposed={})
    decided.exclude(why="").update(why=NOTHING_SAID)
