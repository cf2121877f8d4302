"""A key's end: another takes over, and what it signed stays verifiable; or it leaked, and nothing of it does."""

from datetime import datetime

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.credentials.models import IssuerKey
from ceiba.credentials.services.keys import key_publish
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.keys import PublicKey

register_messages(
    {
        "key.unknown": {
            "es": "No hay una clave «{key}». «ceiba key list» dice cuáles hay.",
            "en": 'There is no key "{key}". `ceiba key list` says which there are.',
        },
        "key.ended": {
            "es": "La clave «{key}» ya terminó, o se retiró. Rote la que firma ahora: «ceiba key list».",
            "en": 'The key "{key}" has ended already, or was withdrawn. Rotate the one in use: `ceiba key list`.',
        },
        "key.begins_before": {
            "es": "La clave nueva empieza antes que la que reemplaza ({begins:%Y-%m-%d %H:%M}). Dé más días.",
            "en": "The new key begins before the one it replaces ({begins:%Y-%m-%d %H:%M}). Give more days.",
        },
    }
)


@transaction.atomic
def key_rotate(*, old: str, new: PublicKey, at: datetime, actor: User | None = None) -> IssuerKey:
    """Publish `new` for the purpose of `old`, whose time ends where the new one's begins.

    Raises CeibaError (key.unknown, key.ended, key.begins_before).
    """
    row = key_lock(old)
    if new.valid_from <= row.valid_from:
        raise CeibaError(Problem("key.begins_before", values={"begins": row.valid_from}))
    row.valid_until = new.valid_from
    row.save(update_fields=["valid_until"])
    event_record(
        actor=actor, action="key.ended", subject=f"key {row}", detail={"until": str(row.valid_until)}
    )
    return key_publish(public=new, at=at, actor=actor, purpose=KeyPurpose(row.purpose))


@transaction.atomic
def key_withdraw(*, thumbprint: str, at: datetime, actor: User | None = None) -> IssuerKey:
    """Take a key that leaked off every list, for good; again changes nothing. Raises CeibaError (key.unknown)."""
    row = _locked(thumbprint)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        event_record(
            actor=actor, action="key.withdrawn", subject=f"key {row}", detail={"purpose": row.purpose}
        )
    return row


def key_lock(thumbprint: str) -> IssuerKey:
    """A key whose time is not ended, locked. Raises CeibaError (key.unknown, key.ended)."""
    row = _locked(thumbprint)
    if row.valid_until is not None or row.withdrawn_at is not None:
        raise CeibaError(Problem("key.ended", values={"key": thumbprint}))
    return row


def _locked(thumbprint: str) -> IssuerKey:
    row = IssuerKey.objects.select_for_update().filter(pk=thumbprint).first()
    if row is None:
        raise CeibaError(Problem("key.unknown", values={"key": thumbprint}))
    return row
