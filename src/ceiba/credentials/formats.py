"""A constancia in the formats that are proved with it.

The card is signed when it is issued and kept, so that paper says the same for ever and showing it takes no key. The
others are signed when they are fetched, for a wallet's key is not known before. A copy that another key signs than
the one of the issue says as its time when it was signed: that key was not in use before.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.credentials import ciphers
from ceiba.credentials.models import Credential
from ceiba.proofs import sd_jwt, vc
from ceiba.proofs.claims import FIELDS, Constancia
from ceiba.proofs.keys import PublicKey, Signer
from ceiba.proofs.sd_jwt import SALT_BYTES

register_messages(
    {
        "credential.erased": {
            "es": "Los datos de esta constancia se borraron: no puede mostrarse ni descargarse.",
            "en": "The data of this constancia were erased: it can be neither shown nor downloaded.",
        },
        "credential.unreadable": {
            "es": "Los datos de esta constancia no abren con la clave de este sitio. Avise a quien lo administra.",
            "en": "The data of this constancia do not open with this site's key. Tell whoever runs it.",
        },
    }
)


def claims_of(credential: Credential) -> Constancia:
    """Exactly what it claims. Raises CeibaError (credential.erased, credential.unreadable)."""
    if credential.subject_cipher is None:
        raise CeibaError(Problem("credential.erased"))
    subject = ciphers.subject_opened(credential.id, bytes(credential.subject_cipher))
    if subject is None:
        raise CeibaError(Problem("credential.unreadable"))
    name, born = subject
    return Constancia(
        id=credential.id,
        name=name,
        birth_date=born,
        programme=credential.programme_name,
        months_accepted=credential.months_accepted,
        first_month=Month.of(credential.first_month),
        last_month=Month.of(credential.last_month),
        issuer=credential.status_list.issuer,
        issued=credential.issued_at.astimezone(UTC),
        expires=credential.expires_at.astimezone(UTC),
        status_list=credential.status_list.address,
        status_index=credential.status_index,
    )


def card_of(credential: Credential) -> str | None:
    """The card as it was signed; None where the name does not fit on one, or it was erased."""
    cipher = credential.card_cipher
    return None if cipher is None else ciphers.card_opened(credential.id, bytes(cipher))


def vc_of(credential: Credential, signer: Signer, at: datetime) -> str:
    """A `vc+jwt`, signed now. Raises as `claims_of`."""
    return vc.written_jose(_copy(credential, signer, at), signer)


def vc_cose_of(credential: Credential, signer: Signer, at: datetime) -> bytes:
    """A `vc+cose`, signed now. Raises as `claims_of`."""
    return vc.written_cose(_copy(credential, signer, at), signer)


def sd_jwt_of(credential: Credential, signer: Signer, at: datetime, holder: PublicKey | None = None) -> str:
    """An SD-JWT VC, signed now and, with `holder`, bound to a wallet's key. Raises as `claims_of`."""
    salts = [secrets.token_bytes(SALT_BYTES) for _ in FIELDS]
    return sd_jwt.written_sd(_copy(credential, signer, at), signer, salts, holder)


def _copy(credential: Credential, signer: Signer, at: datetime) -> Constancia:
    claims = claims_of(credential)
    if signer.public.thumbprint == credential.key_id:
        return claims
    return replace(claims, issued=at.astimezone(UTC).replace(microsecond=0))
