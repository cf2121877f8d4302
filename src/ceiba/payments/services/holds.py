"""Keeps one person's pay back, with its cause, and lets it go."""

from datetime import datetime

from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.payment_run import HoldCause
from ceiba.payments.models import Hold
from ceiba.registry.selectors import participants_in

register_messages(
    {
        "hold.not_allowed": {
            "es": "Su cuenta no puede retener ni liberar el pago de esta persona; lo hace una oficina "
            "que abarque su área.",
            "en": "Your account cannot hold this person's pay or let it go; an office that covers their area does.",
        },
        "hold.already": {
            "es": "El pago de esta persona ya está retenido.",
            "en": "This person's pay is held already.",
        },
        "hold.not_held": {
            "es": "El pago de esta persona no está retenido.",
            "en": "This person's pay is not held.",
        },
        "hold.note": {
            "es": "Escriba qué pasó: la persona puede preguntar por qué no se le paga.",
            "en": "Write what happened: the person may ask why they are not paid.",
        },
    }
)


@transaction.atomic
def hold_place(
    *, programme: str, participant_id: int, cause: HoldCause, note: str, actor: User, at: datetime
) -> Hold:
    """Keep a person's pay back from every run that is drafted from now on; what is due stays due.

    Raises CeibaError (hold.*) when the actor may not, it is held already, or nothing is written.
    """
    _check(actor, participant_id, note)
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                programme_id=programme,
                participant_id=participant_id,
                cause=cause,
                note=note.strip(),
                placed_by=actor,
                placed_at=at,
            )
    except IntegrityError as error:
        raise CeibaError(Problem("hold.already")) from error
    event_record(
        actor=actor,
        action="hold.placed",
        subject=f"participant:{participant_id}",
        detail={"cause": str(cause)},
    )
    return hold


@transaction.atomic
def hold_lift(*, hold_id: int, note: str, actor: User, at: datetime) -> Hold:
    """Let a person's pay go: the next run pays what is due. Raises CeibaError (hold.*) as `hold_place` does."""
    hold = Hold.objects.select_for_update().get(pk=hold_id)
    _check(actor, hold.participant_id, note)
    if hold.lifted_at is not None:
        raise CeibaError(Problem("hold.not_held"))
    hold.lifted_by, hold.lifted_at, hold.lift_note = actor, at, note.strip()
    hold.save(update_fields=["lifted_by", "lifted_at", "lift_note"])
    event_record(actor=actor, action="hold.lifted", subject=f"participant:{hold.participant_id}", detail={})
    return hold


def _check(actor: User, participant_id: int, note: str) -> None:
    reached = participants_in(scope_of(actor)).filter(pk=participant_id).exists()
    if not may(actor, Action.HOLD_PAYMENTS) or not reached:
        raise CeibaError(Problem("hold.not_allowed"))
    if not note.strip():
        raise CeibaError(Problem("hold.note"))
