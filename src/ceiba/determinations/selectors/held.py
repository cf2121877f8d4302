"""How much was decided of a person: all of it stays."""

from ceiba.determinations.models import Determination


def determinations_held(participant: int) -> int:
    """How many determinations are of a person."""
    return Determination.objects.filter(participant=participant).count()
