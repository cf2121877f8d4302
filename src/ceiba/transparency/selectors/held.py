"""How much of the log is of a person."""

from ceiba.transparency.models import Entry


def salts_held(participant: int) -> int:
    """How many entries of a person can still be opened."""
    return Entry.objects.filter(participant_id=participant).count()
