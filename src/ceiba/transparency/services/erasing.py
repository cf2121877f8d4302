"""Erases what opens a person's entries. The entries stay, and say nothing of anybody any more."""

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.transparency.models import Entry


@transaction.atomic
def salts_erase(*, participant: int, by: User | None) -> int:
    """Erase every salt of a person's entries, before their data; returns how many. Every proof still holds."""
    erased = Entry.objects.filter(participant_id=participant).update(salt=None, participant_id=None)
    event_record(
        actor=by, action="log.salts_erased", subject=f"participant:{participant}", detail={"salts": erased}
    )
    return erased
