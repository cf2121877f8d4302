"""Asks for an erasure, refuses one, takes one back."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.privacy.models import Erasure
from ceiba.privacy.selectors.bars import bars_of
from ceiba.privacy.states import AskedFor, ErasureState, RefusedFor
from ceiba.registry.models import Participant
from ceiba.registry.selectors import participants_in

register_messages(
    {
        "erasure.reason": {
            "es": "Elija por qué: queda escrito en la solicitud.",
            "en": "Choose why: it is written in the request.",
        },
        "erasure.asked_already": {
            "es": "Ya se pidió, o ya se hizo.",
            "en": "It has been asked for already, or done.",
        },
        "erasure.decided": {
            "es": "La solicitud ya se decidió. Vuelva a cargar la página.",
            "en": "The request has been decided. Load the page again.",
        },
        "erasure.own": {
            "es": "Usted lo pidió: lo decide otra persona.",
            "en": "You asked for it: somebody else decides.",
        },
        "erasure.not_own": {
            "es": "Lo pidió otra persona: solo ella retira la solicitud. Usted puede rechazarla.",
            "en": "Somebody else asked for it: they alone take it back. You can refuse it.",
        },
        "erasure.no_right": {
            "es": "Su cuenta no puede pedirlo ni decidirlo para esta persona.",
            "en": "Your account can neither ask for it nor decide it for this person.",
        },
    }
)
_SUBJECT: Final = "participant:{}"


def erasure_ask(*, participant: Participant, reason: str, actor: User, at: datetime) -> Erasure:
    """Ask that what is held of a person be erased; somebody else decides.

    Raises CeibaError: erasure.no_right, .reason, .asked_already, or `erasure.<Bar>` for all that bars it.
    """
    check_actor(actor, participant, by_themselves=True)
    if reason not in list(AskedFor):
        raise CeibaError(Problem("erasure.reason"))
    check_bars(participant)
    try:
        with transaction.atomic():
            made = Erasure.objects.create(participant=participant, reason=reason, asked_by=actor, asked_at=at)
            _told(actor, "erasure.asked", made, {"reason": reason})
    except IntegrityError as error:
        raise CeibaError(Problem("erasure.asked_already")) from error
    return made


@transaction.atomic
def erasure_refuse(*, erasure: int, reason: str, actor: User, at: datetime) -> Erasure:
    """Refuse it, for a reason that whoever asked reads. Raises CeibaError: erasure.*."""
    row = erasure_locked(erasure)
    check_decider(actor, row)
    if reason not in list(RefusedFor):
        raise CeibaError(Problem("erasure.reason"))
    row.state, row.refused_for, row.decided_by, row.decided_at = ErasureState.REFUSED, reason, actor, at
    row.save()
    _told(actor, "erasure.refused", row, {"reason": reason})
    return row


@transaction.atomic
def erasure_withdraw(*, erasure: int, actor: User, at: datetime) -> Erasure:
    """Take one's own request back. Raises CeibaError: erasure.decided, erasure.not_own."""
    row = erasure_locked(erasure)
    if row.asked_by_id != actor.pk:
        raise CeibaError(Problem("erasure.not_own"))
    row.state, row.decided_by, row.decided_at = ErasureState.WITHDRAWN, actor, at
    row.save()
    _told(actor, "erasure.withdrawn", row, {})
    return row


def erasure_locked(erasure: int) -> Erasure:
    """The request, locked; raises CeibaError (erasure.decided) unless it waits for a decision."""
    row = Erasure.objects.select_for_update(of=("self",)).select_related("participant").get(pk=erasure)
    if row.state != ErasureState.ASKED:
        raise CeibaError(Problem("erasure.decided"))
    return row


def check_actor(actor: User, participant: Participant, *, by_themselves: bool = False) -> None:
    """Raise CeibaError (erasure.no_right) unless an office of the person's area, or, where they may, themselves."""
    own = by_themselves and may(actor, Action.OWN_ERASURE)
    if not (own or may(actor, Action.ERASE_DATA)):
        raise CeibaError(Problem("erasure.no_right"))
    if not participants_in(scope_of(actor)).filter(pk=participant.pk).exists():
        raise CeibaError(Problem("erasure.no_right"))


def check_decider(actor: User, row: Erasure) -> None:
    """Raise CeibaError (erasure.no_right, erasure.own) unless somebody else with the right decides."""
    check_actor(actor, row.participant)
    if row.asked_by_id == actor.pk:
        raise CeibaError(Problem("erasure.own"))


def check_bars(participant: Participant) -> None:
    """Raise CeibaError with all that stands in the way."""
    bars = bars_of(participant.pk)
    if bars:
        raise CeibaError([Problem(f"erasure.{bar}") for bar in bars])


def _told(actor: User, action: str, row: Erasure, detail: dict[str, object]) -> None:
    subject = _SUBJECT.format(row.participant_id)
    event_record(actor=actor, action=action, subject=subject, detail={"erasure": row.pk, **detail})
