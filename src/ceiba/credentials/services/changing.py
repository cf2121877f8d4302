"""A constancia is suspended and reinstated by one person, revoked by two, erased when the person's data are."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.credentials.models import Credential
from ceiba.credentials.published.making import publishing_ask
from ceiba.credentials.states import (
    REFUSES,
    REINSTATES,
    REVOKES,
    SUSPENDS,
    CredentialState,
    Happening,
    Reason,
)

VALID, SUSPENDED, ASKED, REVOKED = CredentialState
register_messages(
    {
        "credential.changed_since": {
            "es": "La constancia ya no está como la mostraba la página: alguien la cambió. Vuelva a mirarla.",
            "en": "The constancia is no longer as the page showed it: somebody changed it. Look at it again.",
        },
        "credential.reason": {
            "es": "Elija la razón: queda en la historia de la constancia, y la persona la lee.",
            "en": "Choose the reason: it stays in the constancia's history, and the person reads it.",
        },
        "credential.own_ask": {
            "es": "Usted pidió revocarla: lo confirma otra persona.",
            "en": "You asked for it to be revoked: somebody else confirms it.",
        },
    }
)


def credential_suspend(*, credential: UUID, reason: str, actor: User, at: datetime) -> Credential:
    """It does not hold for now. Raises CeibaError: credential.reason, .changed_since."""
    return _moved(credential, (VALID,), SUSPENDED, _reason(reason, SUSPENDS), actor, at)


def credential_reinstate(*, credential: UUID, reason: str, actor: User, at: datetime) -> Credential:
    """A suspended one holds again. Raises CeibaError: credential.reason, .changed_since."""
    return _moved(credential, (SUSPENDED,), VALID, _reason(reason, REINSTATES), actor, at)


def revocation_ask(*, credential: UUID, reason: str, actor: User, at: datetime) -> Credential:
    """Ask that it be revoked; until a second person decides, it is as one suspended.

    Raises CeibaError: credential.reason, .changed_since.
    """
    why = _reason(reason, REVOKES)
    return _moved(credential, (VALID, SUSPENDED), ASKED, why, actor, at, asked_by=actor)


def revocation_confirm(*, credential: UUID, actor: User, at: datetime) -> Credential:
    """Revoke it for good, for the reason that was asked for.

    Raises CeibaError: credential.own_ask, .changed_since.
    """
    with transaction.atomic():
        row = _locked(credential, (ASKED,))
        if row.asked_by_id == actor.pk:
            raise CeibaError(Problem("credential.own_ask"))
        return _moved(credential, (ASKED,), REVOKED, Reason(row.reason), actor, at, asked_by=row.asked_by)


def revocation_refuse(*, credential: UUID, reason: str, actor: User, at: datetime) -> Credential:
    """It stands as it did before; whoever asked may take it back so too.

    Raises CeibaError: credential.reason, .changed_since.
    """
    why = _reason(reason, REFUSES)
    with transaction.atomic():
        row = _locked(credential, (ASKED,))
        stood = (Happening.ISSUED, Happening.SUSPENDED, Happening.REINSTATED)
        last = row.events.filter(happening__in=stood).order_by("-pk")[0]
        before = SUSPENDED if last.happening == Happening.SUSPENDED else VALID
        return _moved(credential, (ASKED,), before, why, actor, at)


def credential_erase(*, credential: UUID, actor: User, at: datetime) -> Credential:
    """Erase name, birth date and card; what was issued, when, and what came of it stays. Not undone by anyone.

    Raises CeibaError: credential.changed_since, where it was erased before.
    """
    with transaction.atomic():
        row = _locked(credential, tuple(CredentialState))
        if row.erased_at is not None:
            raise CeibaError(Problem("credential.changed_since"))
        row.subject_cipher = row.card_cipher = None
        row.erased_at = row.changed_at = at
        row.changed_by = actor
        row.save(update_fields=["subject_cipher", "card_cipher", "erased_at", "changed_at", "changed_by"])
        event_record(actor=actor, action="credential.erased", subject=f"credential {row.id}")
    return row


def _moved(
    credential: UUID,
    before: Collection[CredentialState],
    state: CredentialState,
    reason: Reason,
    actor: User,
    at: datetime,
    asked_by: Any = None,
) -> Credential:
    try:
        with transaction.atomic():
            row = _locked(credential, before)
            row.state, row.reason, row.asked_by = state, reason, asked_by
            row.changed_by, row.changed_at = actor, at
            row.save(update_fields=["state", "reason", "asked_by", "changed_by", "changed_at"])
            event_record(
                actor=actor,
                action=f"credential.{state}",
                subject=f"credential {row.id}",
                detail={"reason": reason},
            )
            publishing_ask()
    except IntegrityError as error:
        raise CeibaError(Problem("credential.changed_since")) from error
    return row


def _locked(credential: UUID, before: Collection[CredentialState]) -> Credential:
    row = Credential.objects.select_for_update().get(pk=credential)
    if row.state not in before:
        raise CeibaError(Problem("credential.changed_since"))
    return row


def _reason(given: str, known: Collection[Reason]) -> Reason:
    if given not in known:
        raise CeibaError(Problem("credential.reason"))
    return Reason(given)
