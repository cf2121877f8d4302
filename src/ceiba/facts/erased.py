"""What facts there are of a person: those that months were decided on, and those of the open month."""

from collections.abc import Mapping

from ceiba.facts.models import FactsSoFar, MonthFacts


def facts_held(participant: int) -> Mapping[str, int]:
    """How many months' facts were kept, how many months these are, and how many are drawn so far."""
    months = MonthFacts.objects.filter(participant=participant)
    return {
        "facts": months.count(),
        "sealed": months.filter(revision=0).count(),
        "facts_so_far": FactsSoFar.objects.filter(participant=participant).count(),
    }


def areas_of(participant: int) -> set[str]:
    """The areas in which months of a person were decided."""
    return set(MonthFacts.objects.filter(participant=participant).values_list("area_code", flat=True))


def facts_erase(*, participant: int) -> None:
    """Erase what is drawn so far of the open month. What months were decided on stays."""
    FactsSoFar.objects.filter(participant=participant).delete()
