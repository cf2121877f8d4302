"""Public keys: published, ended, withdrawn. A private key is no argument of anything here."""

from datetime import datetime

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.credentials.models import IssuerKey
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.keys import PublicKey


def key_publish(
    *, public: PublicKey, at: datetime, actor: User | None = None, purpose: KeyPurpose = KeyPurpose.CONSTANCIA
) -> IssuerKey:
    """Publish a key that signs from its `valid_from` on, cut to seconds; a second time changes nothing."""
    said = {
        "jwk": dict(public.jwk), "kind": public.kind.value, "purpose": purpose, "published_by": actor,
        "valid_from": public.valid_from.replace(microsecond=0), "valid_until": public.valid_until, "published_at": at,
    }  # fmt: skip
    key, is_new = IssuerKey.objects.get_or_create(thumbprint=public.thumbprint, defaults=said)
    if is_new:
        event_record(actor=actor, action="key.published", subject=f"key {key}", detail={"purpose": purpose})
    return key
