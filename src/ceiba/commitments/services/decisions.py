"""Writes what a second person says of an entry."""

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.commitments.models import Commitment, Decision, Entry
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "commitments.own_entry": {
            "es": "Usted lo registró: lo confirma otra persona.",
            "en": "You entered it: somebody else confirms it.",
        },
        "commitments.decided": {
            "es": "Otra persona ya lo decidió. Vuelva a abrir la página para ver qué.",
            "en": "Somebody else has decided it. Open the page again to see what.",
        },
        "commitments.replaced": {
            "es": "Lo que corrige ya fue corregido por otro renglón. Rechace este y, si hace falta, registre otro.",
            "en": "What it corrects has been corrected already. Refuse this one, and enter another if need be.",
        },
        "commitments.refused_why": {
            "es": "Diga por qué no vale: quien lo registró lo leerá.",
            "en": "Say why it does not hold: whoever entered it reads it.",
        },
    }
)


@transaction.atomic
def entry_confirm(*, entry: int, actor: User) -> None:
    """Let an entry hold. Raises CeibaError (commitments.own_entry, .decided, .replaced)."""
    found = _undecided(entry, actor)
    if found.replaces_id is not None:
        twins = Entry.objects.filter(replaces=found.replaces_id, decision__is_confirmed=True)
        if twins.exists():
            raise CeibaError(Problem("commitments.replaced"))
    _decide(found, actor, is_confirmed=True, why="")


@transaction.atomic
def entry_refuse(*, entry: int, why: str, actor: User) -> None:
    """Refuse an entry with the reason. Raises CeibaError (commitments.own_entry, .decided, .refused_why)."""
    found = _undecided(entry, actor)
    if not why.strip():
        raise CeibaError(Problem("commitments.refused_why"))
    _decide(found, actor, is_confirmed=False, why=why.strip()[:2_000])


def _undecided(entry: int, actor: User) -> Entry:
    """The entry, its commitment locked against who else decides. Raises CeibaError, also for one's own."""
    found = Entry.objects.get(pk=entry)
    Commitment.objects.select_for_update().get(pk=found.commitment_id)
    if found.by_id == actor.pk:
        raise CeibaError(Problem("commitments.own_entry"))
    if Decision.objects.filter(entry=found).exists():
        raise CeibaError(Problem("commitments.decided"))
    return found


def _decide(entry: Entry, actor: User, *, is_confirmed: bool, why: str) -> None:
    Decision.objects.create(entry=entry, is_confirmed=is_confirmed, why=why, by=actor)
    event_record(
        actor=actor,
        action="commitments.entry_confirmed" if is_confirmed else "commitments.entry_refused",
        subject=f"commitment:{entry.commitment_id}",
        detail={"entry": entry.pk},
    )
