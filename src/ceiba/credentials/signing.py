"""Who issues, and the key that signs: one function that issuing, and whatever a wallet fetches, ask for it.

The database knows which public key signs when; the private one is where `keyring` finds it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Q

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.credentials.keyring import key_folder, signer_of
from ceiba.credentials.models import IssuerKey
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.keys import Kind, PublicKey, Signer, web_base

__all__ = ["issuer", "issuer_url", "key_folder", "key_in_use", "keys_published", "signer"]

register_messages(
    {
        "credentials.no_issuer": {
            "es": "No se ha dicho quién emite las constancias. Ponga CEIBA_ISSUER (un did:web).",
            "en": "Nobody has said who issues constancias. Set CEIBA_ISSUER (a did:web).",
        },
        "credentials.issuer_path": {
            "es": "«{did}» no sirve como emisor: CEIBA_ISSUER es un did:web de un sitio, sin ruta.",
            "en": '"{did}" is no issuer: CEIBA_ISSUER is a did:web of a site, without a path.',
        },
        "credentials.no_key": {
            "es": "No hay una clave en uso que firme ({purpose}). Haga una: «ceiba key make».",
            "en": "There is no key in use that signs ({purpose}). Make one: `ceiba key make`.",
        },
    }
)
DID_PARTS: Final = 3  # did:web:host


def issuer() -> str:
    """The did:web that issues. Raises CeibaError (credentials.no_issuer, credentials.issuer_path, proof.claim)."""
    if not settings.ISSUER:
        raise CeibaError(Problem("credentials.no_issuer"))
    web_base(settings.ISSUER)
    if len(settings.ISSUER.split(":")) != DID_PARTS:
        raise CeibaError(Problem("credentials.issuer_path", values={"did": settings.ISSUER}))
    return str(settings.ISSUER)


def issuer_url() -> str:
    """Where it publishes, and its Credential Issuer Identifier in OpenID4VCI: `https://host`. Raises as `issuer`."""
    return web_base(issuer()).rstrip("/")


def signer(at: datetime, purpose: KeyPurpose = KeyPurpose.CONSTANCIA, kinds: Iterable[Kind] = ()) -> Signer:
    """What signs at a moment: see `key_in_use`. Raises CeibaError (credentials.*, key.absent, key.file, token.*)."""
    return signer_of(key_in_use(at, purpose, kinds))


def key_in_use(
    at: datetime, purpose: KeyPurpose = KeyPurpose.CONSTANCIA, kinds: Iterable[Kind] = ()
) -> PublicKey:
    """The key of a purpose that is in its time at a moment: one of the first of `kinds` that there is, else any.

    Of several the newest. Raises CeibaError (credentials.no_key).
    """
    in_time = Q(valid_until=None) | Q(valid_until__gt=at)
    rows = IssuerKey.objects.filter(in_time, purpose=purpose, withdrawn_at=None, valid_from__lte=at)
    found = [row.public for row in rows.order_by("-valid_from", "-published_at", "thumbprint")]
    if not found:
        raise CeibaError(Problem("credentials.no_key", values={"purpose": purpose.value}))
    preferred = [key for kind in kinds for key in found if key.kind is kind]
    return [*preferred, *found][0]


def keys_published(purpose: KeyPurpose) -> tuple[PublicKey, ...]:
    """Every key of a purpose that is believed, those whose time ended among them, the oldest first."""
    rows = IssuerKey.objects.filter(purpose=purpose, withdrawn_at=None).order_by("valid_from", "thumbprint")
    return tuple(row.public for row in rows)
