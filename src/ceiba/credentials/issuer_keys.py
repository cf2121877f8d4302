"""The keys that sign, as published: added, ended when another takes over, withdrawn when one leaked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.credentials.models import IssuerKey
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.keys import Kind, PublicKey

register_messages(
    {
        "issuer_key.unknown": {
            "es": "No hay una clave «{key}». «ceiba key list» dice cuáles hay.",
            "en": 'There is no key "{key}". `ceiba key list` says which there are.',
        },
        "issuer_key.ended": {
            "es": "La clave «{key}» ya terminó, o ya se retiró. Rote la que firma ahora: «ceiba key list».",
            "en": 'The key "{key}" has ended already, or was withdrawn. Rotate the one in use: `ceiba key list`.',
        },
        "issuer_key.none_in_use": {
            "es": "Ninguna clave firma en este momento ({purpose}). Haga una: «ceiba key make».",
            "en": "No key signs at this moment ({purpose}). Make one: `ceiba key make`.",
        },
    }
)
NOTICE: Final = timedelta(days=7)
"""How long before it signs a key is published: verifiers offline have a trust list up to a week old."""


def public_of(key: IssuerKey) -> PublicKey:
    """A row as what verifies."""
    return PublicKey(key.jwk, key.valid_from, key.valid_until)


def keys_published(purpose: KeyPurpose) -> list[IssuerKey]:
    """Every key of a purpose that may still be believed, those whose time ended among them, the oldest first."""
    return list(_published(purpose).order_by("valid_from", "thumbprint"))


def key_in_use(purpose: KeyPurpose, at: datetime, first: Iterable[Kind] = ()) -> PublicKey:
    """The key that signs at a moment: of the first of the kinds `first` that there is, else of any; the newest.

    Raises CeibaError (issuer_key.none_in_use).
    """
    found = _published(purpose).filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at)
    keys = [public_of(key) for key in found.order_by("-valid_from", "thumbprint")]
    for kind in first:
        for key in keys:
            if key.kind is kind:
                return key
    if not keys:
        raise CeibaError(Problem("issuer_key.none_in_use", values={"purpose": purpose.value}))
    return keys[0]


def issuer_key_publish(*, key: PublicKey, purpose: KeyPurpose, by: User | None, at: datetime) -> IssuerKey:
    """Publish a key: from now on it is in what verifiers fetch; it signs from its own `valid_from` on."""
    row = IssuerKey.objects.create(
        thumbprint=key.thumbprint,
        jwk=dict(key.jwk),
        kind=key.kind.value,
        purpose=purpose.value,
        valid_from=key.valid_from,
        valid_until=key.valid_until,
        published_at=at,
        published_by=by,
    )
    _written_down("issuer_key.published", row, by)
    return row


@transaction.atomic
def issuer_key_rotate(*, old: str, key: PublicKey, by: User | None, at: datetime) -> IssuerKey:
    """Publish `key` for the same purpose, and end the old one's time when the new one's begins.

    What the old one signed stays verifiable. Raises CeibaError (issuer_key.unknown, issuer_key.ended).
    """
    row = issuer_key_lock(old)
    row.valid_until = key.valid_from
    row.save(update_fields=["valid_until"])
    _written_down("issuer_key.ended", row, by)
    return issuer_key_publish(key=key, purpose=KeyPurpose(row.purpose), by=by, at=at)


@transaction.atomic
def issuer_key_withdraw(*, thumbprint: str, by: User | None, at: datetime) -> IssuerKey:
    """Take a key that leaked off every list: nothing that it ever signed is believed any more.

    Raises CeibaError (issuer_key.unknown).
    """
    row = IssuerKey.objects.select_for_update().filter(pk=thumbprint).first()
    if row is None:
        raise CeibaError(Problem("issuer_key.unknown", values={"key": thumbprint}))
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        _written_down("issuer_key.withdrawn", row, by)
    return row


def issuer_key_lock(thumbprint: str) -> IssuerKey:
    """A key whose time may still be ended, locked. Raises CeibaError (issuer_key.unknown, issuer_key.ended)."""
    row = IssuerKey.objects.select_for_update().filter(pk=thumbprint).first()
    if row is None:
        raise CeibaError(Problem("issuer_key.unknown", values={"key": thumbprint}))
    if row.valid_until is not None or row.withdrawn_at is not None:
        raise CeibaError(Problem("issuer_key.ended", values={"key": thumbprint}))
    return row


def _published(purpose: KeyPurpose) -> "QuerySet[IssuerKey]":
    return IssuerKey.objects.filter(purpose=purpose.value, withdrawn_at=None)


def _written_down(action: str, row: IssuerKey, by: User | None) -> None:
    event_record(
        actor=by, action=action, subject=f"issuer_key:{row.thumbprint}", detail={"purpose": row.purpose}
    )
