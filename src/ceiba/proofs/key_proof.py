"""A wallet's proof that it holds a key: the `jwt` proof type of OpenID4VCI 1.0, appendix F.1 and F.4.

The key is the `jwk` of the header, and it says the algorithm. Nothing is looked up: a `kid` names a key that we
would have to ask somebody for, and a certificate one that we would have to trust somebody for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.base64url import read_object, unpacked
from ceiba.proofs.claims import moment, text
from ceiba.proofs.keys import Kind, PublicKey
from ceiba.proofs.problems import refused

TYPE: Final = "openid4vci-proof+jwt"
ALGORITHMS: Final = {Kind.ED25519: ("Ed25519", "EdDSA"), Kind.P256: ("ES256",)}
"""What a key may sign with: EdDSA is what most wallets still call Ed25519 (RFC 9864 came later)."""
WINDOW: Final = timedelta(minutes=5)  # how far its `iat` may lie from now
LONGEST: Final = 4096  # characters
OTHER_KEYS: Final = ("kid", "x5c")
PRIVATE: Final = "d"


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A key that was proved to be held, and the `nonce` that says when."""

    key: PublicKey
    nonce: str


def proved(token: str, audience: str, now: datetime) -> KeyProof:
    """Verify a proof meant for `audience`; whether its nonce is ours and fresh is for who gave it out to say.

    Raises CeibaError (key_proof.refused), which says what does not hold.
    """
    parts = token.split(".") if len(token) <= LONGEST else []
    if len(parts) != 3:
        raise refused("key_proof.refused", what="JWT")
    try:
        header, payload = (read_object(unpacked(part)) for part in parts[:2])
        signature = unpacked(parts[2])
    except CeibaError as error:
        raise refused("key_proof.refused", what="JWT") from error
    key = _key(header, now)
    if not key.verifies(signature, f"{parts[0]}.{parts[1]}".encode()):
        raise refused("key_proof.refused", what="signature")
    return KeyProof(key, _nonce(payload, audience, now))


def _key(header: Mapping[str, Any], now: datetime) -> PublicKey:
    jwk = header.get("jwk")
    for what, sound in (
        ("typ", header.get("typ") == TYPE),
        ("crit", "crit" not in header),
        ("jwk", isinstance(jwk, dict) and not any(other in header for other in OTHER_KEYS)),
        ("private key", not isinstance(jwk, dict) or PRIVATE not in jwk),
    ):
        if not sound:
            raise refused("key_proof.refused", what=what)
    try:
        key = PublicKey.of_jwk(jwk, now)  # type: ignore[arg-type]  # a dict, as was asked above
    except CeibaError as error:
        raise refused("key_proof.refused", what="jwk") from error
    if header.get("alg") not in ALGORITHMS[key.kind]:
        raise refused("key_proof.refused", what="alg")
    return key


def _nonce(payload: Mapping[str, Any], audience: str, now: datetime) -> str:
    try:
        signed_at, nonce = moment(payload.get("iat")), text(payload.get("nonce"))
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise refused("key_proof.refused", what="iat, nonce") from error
    if payload.get("aud") != audience:
        raise refused("key_proof.refused", what="aud")
    if abs(now - signed_at) > WINDOW:
        raise refused("key_proof.refused", what="iat")
    return nonce
