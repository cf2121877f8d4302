"""The secrets of an offer: the reference in the QR code, and what follows from it; only digests are kept."""

import hashlib
import hmac
import secrets
from typing import Final

from django.conf import settings
from django.core import signing

from ceiba.proofs.base64url import packed

REFERENCE_BYTES: Final = 24
TX_DIGITS: Final = 6
NONCE_SECONDS: Final = 300
_NONCES: Final = "ceiba.credentials.nonce"


def reference_new() -> str:
    """A new reference."""
    return secrets.token_urlsafe(REFERENCE_BYTES)


def code_of(reference: str) -> str:
    """The pre-authorised code of a reference: fetching the offer needs it, and the database does not have it."""
    return packed(_keyed("offer code", reference))


def tx_code_new() -> str:
    """A new transaction code."""
    return f"{secrets.randbelow(10**TX_DIGITS):0{TX_DIGITS}}"


def tx_digest(tx_code: str, code: str) -> str:
    """What is kept of a transaction code: with few digits, a digest without the site's key would be found."""
    return _keyed("offer tx", code, tx_code).hex()


def token_new() -> str:
    """A new access token."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret that nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def nonce_new() -> str:
    """A `c_nonce`: signed and timed, so that handing them out writes nothing down."""
    return signing.dumps(secrets.token_urlsafe(12), salt=_NONCES)


def nonce_holds(nonce: str) -> bool:
    """Whether it is one of ours and fresh."""
    try:
        signing.loads(nonce, salt=_NONCES, max_age=NONCE_SECONDS)
    except signing.BadSignature:  # SignatureExpired is one
        return False
    return True


def _keyed(purpose: str, *parts: str) -> bytes:
    said = "\0".join((purpose, *parts)).encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")
