"""Keys that sign proofs: Ed25519 and P-256, kept under a passphrase or in a token, published as JWK and did:web.

A key is named by its RFC 7638 thumbprint. Rotation adds a key and ends the other's time: what the old one signed
while it was in use stays verifiable, because published sets keep it. A key that leaked is taken out of the trust
list instead.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.base64url import unpacked
from ceiba.proofs.problems import refused

PASSPHRASE_LEAST: Final = 12  # characters
SHORT_NAME: Final = 8  # bytes of the thumbprint that name a key where there is no room, as on a card


class Kind(StrEnum):
    """The curves that sign; the value is the JWK's `crv`."""

    ED25519 = "Ed25519"
    P256 = "P-256"


MEMBERS: Final = {"OKP": ("kty", "crv", "x"), "EC": ("kty", "crv", "x", "y")}  # by `kty`: RFC 8037, RFC 7518
PRIME: Final = 2**255 - 19
ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER: Final = frozenset({0, 1, PRIME - 1, PRIME, PRIME + 1, ORDER_8, PRIME - ORDER_8})
"""The y of Ed25519's points whose order is 1, 2, 4 or 8, in each way to write it (RFC 8032: the cofactor is 8)."""
JOSE_ALGORITHMS: Final = {Kind.ED25519: "Ed25519", Kind.P256: "ES256"}  # RFC 9864, RFC 7518
COSE_ALGORITHMS: Final = {Kind.ED25519: -8, Kind.P256: -7}  # EdDSA, ES256: RFC 9053


@dataclass(frozen=True)
class PublicKey:
    """A public key and the time it signs in: from `valid_from`, until just before `valid_until` (None: not ended)."""

    jwk: Mapping[str, str]
    valid_from: datetime
    valid_until: datetime | None = None

    @classmethod
    def of_jwk(
        cls, jwk: Mapping[str, Any], valid_from: datetime, valid_until: datetime | None = None
    ) -> "PublicKey":
        """Take the public members of a JWK. Raises CeibaError (key.file) for any other kind of key."""
        try:
            key = cls(_members(jwk), valid_from, valid_until)
            _ = (key.kind, key.thumbprint)
        except (JoseError, CeibaError, KeyError, TypeError, ValueError) as error:
            raise refused("key.file") from error
        return key

    @cached_property
    def kind(self) -> Kind:
        """Its curve."""
        return Kind(self.jwk["crv"])

    @cached_property
    def held(self) -> OKPKey | ECKey:
        """The key as joserfc reads it."""
        of = OKPKey if self.kind is Kind.ED25519 else ECKey
        return of.import_key(dict(self.jwk))

    @cached_property
    def thumbprint(self) -> str:
        """RFC 7638, SHA-256, base64url: the `kid`."""
        return self.held.thumbprint()

    @cached_property
    def short_name(self) -> bytes:
        """The first bytes of the thumbprint: the `kid` of a card."""
        return unpacked(self.thumbprint)[:SHORT_NAME]

    @property
    def algorithm(self) -> str:
        """The one JOSE algorithm it signs with."""
        return JOSE_ALGORITHMS[self.kind]

    @property
    def cose_algorithm(self) -> int:
        """The one COSE algorithm it signs with."""
        return COSE_ALGORITHMS[self.kind]

    def in_use(self, at: datetime) -> bool:
        """Whether it signs at that moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether it signed `data`; a P-256 signature is r and s of 32 bytes each, as in JOSE and COSE."""
        key = self.held.get_op_key("verify")
        try:
            if isinstance(key, Ed25519PublicKey):
                key.verify(signature, data)
            elif isinstance(key, EllipticCurvePublicKey) and len(signature) == 64:
                r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
                key.verify(encode_dss_signature(r, s), data, ECDSA(hashes.SHA256()))
            else:
                return False
        except InvalidSignature:
            return False
        return True


def _members(jwk: Mapping[str, Any]) -> dict[str, str]:
    """The public members of a JWK. Raises KeyError, TypeError or ValueError for what is no key that we take."""
    found = {name: jwk[name] for name in MEMBERS[jwk["kty"]]}
    if not all(isinstance(member, str) for member in found.values()):
        raise TypeError(found)
    if found["crv"] == Kind.ED25519 and _is_weak(unpacked(found["x"])):
        raise ValueError(found)
    return found


def _is_weak(point: bytes) -> bool:
    """Whether a point of Ed25519 is of small order: everybody can sign for it, so it proves nothing of a holder."""
    return int.from_bytes(point, "little") % 2**255 in SMALL_ORDER


class Signer(Protocol):
    """Whatever signs: a key in memory, or a hook to a PKCS#11 token, which never gives the key away."""

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this signs."""

    def sign(self, data: bytes) -> bytes:
        """64 bytes: EdDSA's signature, or r and s of ECDSA with SHA-256, as CKM_EDDSA and CKM_ECDSA_SHA256 give."""


@dataclass(frozen=True)
class SigningKey:
    """A private key in memory; a `Signer`."""

    private: Ed25519PrivateKey | EllipticCurvePrivateKey
    public: PublicKey

    def sign(self, data: bytes) -> bytes:
        """As `Signer` says."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(data)
        r, s = decode_dss_signature(self.private.sign(data, ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def made(kind: Kind, valid_from: datetime, valid_until: datetime | None = None) -> SigningKey:
    """A new key; its randomness is the operating system's."""
    private = Ed25519PrivateKey.generate() if kind is Kind.ED25519 else generate_private_key(SECP256R1())
    return _of(private, valid_from, valid_until)


def kept(key: SigningKey, file: Path, passphrase: str) -> None:
    """Write it as an encrypted PKCS#8 PEM that its owner alone may read.

    Raises CeibaError (key.exists, key.passphrase).
    """
    if len(passphrase) < PASSPHRASE_LEAST:
        raise refused("key.passphrase", size=len(passphrase), least=PASSPHRASE_LEAST)
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise refused("key.exists") from error
    with os.fdopen(handle, "wb") as opened:
        opened.write(pem)


def taken(
    file: Path, passphrase: str, valid_from: datetime, valid_until: datetime | None = None
) -> SigningKey:
    """Read what `kept` wrote. Raises CeibaError (key.file); OSError where there is no file."""
    try:
        private = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode())
    except (ValueError, TypeError) as error:
        raise refused("key.file") from error
    return _of(private, valid_from, valid_until)


def _of(private: object, valid_from: datetime, valid_until: datetime | None) -> SigningKey:
    if not isinstance(private, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise refused("key.file")
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    of = OKPKey if isinstance(private, Ed25519PrivateKey) else ECKey
    jwk = of.import_key(pem).as_dict(private=False)
    return SigningKey(private, PublicKey.of_jwk(jwk, valid_from, valid_until))


def jwk_set(keys: Iterable[PublicKey]) -> dict[str, Any]:
    """The JWK set to publish; `nbf` and `exp` of a key (seconds) say when it signs."""
    return {"keys": [published(key) for key in keys]}


def published(key: PublicKey) -> dict[str, Any]:
    """One key of a set, as `read` takes it back."""
    times = {"nbf": int(key.valid_from.timestamp())}
    if key.valid_until is not None:
        times["exp"] = int(key.valid_until.timestamp())
    return {**key.jwk, "kid": key.thumbprint, "alg": key.algorithm, "use": "sig", **times}


def read(jwk: Mapping[str, Any]) -> PublicKey:
    """A key as `published` wrote it. Raises CeibaError (key.file)."""
    try:
        until = datetime.fromtimestamp(jwk["exp"], UTC) if "exp" in jwk else None
        key = PublicKey.of_jwk(jwk, datetime.fromtimestamp(jwk["nbf"], UTC), until)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise refused("key.file") from error
    if jwk.get("kid") != key.thumbprint:
        raise refused("key.file")
    return key


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """The did:web document of an issuer. Keys whose time ended stay, without `expires`.

    W3C Controlled Identifiers 1.0 has verifiers refuse whatever a key signed once its `expires` has passed; what an
    old key signed must stay verifiable, so the times are in the JWK set and the trust list alone.
    """
    methods = [
        {
            "id": key_name(did, key),
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": {**key.jwk, "kid": key.thumbprint, "alg": key.algorithm},
        }
        for key in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def key_name(did: str, key: PublicKey) -> str:
    """The DID URL that names a key of an issuer, as the `kid` of JOSE headers."""
    return f"{did}#{key.thumbprint}"


def web_base(did: str) -> str:
    """`https://host/path/` of a did:web, under which its issuer publishes. Raises CeibaError (proof.claim)."""
    method, _, rest = did.partition("did:web:")
    if method or not rest:
        raise refused("proof.claim", claim="issuer")
    return "https://" + "/".join(unquote(part) for part in rest.split(":")) + "/"
