"""Keys in a PKCS#11 token (an HSM, a smart card): they sign there and never leave it.

python-pkcs11 is needed only where there is a token (`pip install ceiba[token]`). A key is found by the bytes of its
thumbprint, which are its CKA_ID, so a token can be shared and keys can be made by other tools as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.base64url import packed, unpacked
from ceiba.proofs.keys import Kind, PublicKey
from ceiba.proofs.problems import refused

OCTETS: Final = 0x04
"""DER's OCTET STRING, in which PKCS#11 wraps a point; also how an uncompressed point begins."""
POINT_BYTES: Final = {Kind.ED25519: 32, Kind.P256: 65}
CURVES: Final = {Kind.ED25519: "1.3.101.112", Kind.P256: "1.2.840.10045.3.1.7"}  # RFC 8410, RFC 5480


@dataclass(frozen=True)
class TokenSigner:
    """A private key inside a token; a `Signer`. One signature at a time: a session has one operation."""

    public: PublicKey
    key: Any = field(repr=False)
    turn: Any = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """As `Signer` says. P-256 by CKM_ECDSA of a digest made here: more tokens have it than the combined one."""
        from pkcs11 import Mechanism  # noqa: PLC0415  # only where there is a token

        ed = self.public.kind is Kind.ED25519
        with self.turn, _told():
            return bytes(
                self.key.sign(
                    data if ed else sha256(data).digest(),
                    mechanism=Mechanism.EDDSA if ed else Mechanism.ECDSA,
                )
            )


@dataclass(frozen=True)
class Token:
    """A token by its library, its label, and its PIN, which no `repr` shows. It is opened when first used."""

    module: str
    label: str
    pin: str = field(repr=False)
    turn: Any = field(default_factory=Lock, repr=False, compare=False)

    @cached_property
    def session(self) -> Any:
        """Open until the process ends. Raises CeibaError (token.none, token.absent, token.failed)."""
        try:
            import pkcs11  # noqa: PLC0415  # optional
        except ImportError as error:
            raise refused("token.none") from error
        with _told():
            token = pkcs11.lib(self.module).get_token(token_label=self.label)
            try:
                return token.open(rw=True, user_pin=self.pin)
            except pkcs11.exceptions.UserAlreadyLoggedIn:  # a process is logged in as a whole
                return token.open(rw=True)

    def make(self, kind: Kind, valid_from: datetime) -> PublicKey:
        """Have the token make a key pair, whose private key is sensitive and cannot be taken out.

        Raises CeibaError (token.*).
        """
        from asn1crypto.keys import NamedCurve  # noqa: PLC0415  # comes with python-pkcs11

        session = self.session
        from pkcs11 import Attribute, KeyType  # noqa: PLC0415

        kinds = {Kind.ED25519: KeyType.EC_EDWARDS, Kind.P256: KeyType.EC}
        with self.turn, _told():
            curve = NamedCurve(CURVES[kind]) if kind is Kind.P256 else None
            parameters = session.create_domain_parameters(
                kinds[kind],
                {Attribute.EC_PARAMS: curve.dump() if curve else _oid(CURVES[kind])},
                local=True,
            )
            never_out = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            public, private = parameters.generate_keypair(store=True, private_template=never_out)
            key = _public(kind, bytes(public[Attribute.EC_POINT]), valid_from)
            for half in (public, private):
                half[Attribute.ID] = unpacked(key.thumbprint)
                half[Attribute.LABEL] = f"ceiba {key.thumbprint[:8]}"
        return key

    def holds(self, public: PublicKey) -> bool:
        """Whether the private key is in the token."""
        return self._found(public) is not None

    def signer(self, public: PublicKey) -> TokenSigner:
        """The key that signs what `public` verifies. Raises CeibaError (key.absent, key.file, token.*).

        It is tried once: a key under another's name is found before anybody is given what it signed.
        """
        found = self._found(public)
        if found is None:
            raise refused("key.absent", key=public.thumbprint)
        signer = TokenSigner(public, found, self.turn)
        if not public.verifies(signer.sign(b"ceiba"), b"ceiba"):
            raise refused("key.file")
        return signer

    def _found(self, public: PublicKey) -> Any:
        session = self.session
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415

        wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: unpacked(public.thumbprint)}
        with self.turn, _told():
            return next(iter(list(session.get_objects(wanted))), None)


def _public(kind: Kind, wrapped: bytes, valid_from: datetime) -> PublicKey:
    """The key of a CKA_EC_POINT: DER's octet string, or, as some tokens give it, the bare point."""
    size = POINT_BYTES[kind]
    point = wrapped[2:] if wrapped[:2] == bytes([OCTETS, size]) and len(wrapped) == size + 2 else wrapped
    if len(point) != size:
        raise refused("token.failed", why="CKA_EC_POINT")
    if kind is Kind.ED25519:
        return PublicKey.of_jwk({"kty": "OKP", "crv": kind.value, "x": packed(point)}, valid_from)
    halves = {"x": packed(point[1:33]), "y": packed(point[33:])}
    return PublicKey.of_jwk({"kty": "EC", "crv": kind.value, **halves}, valid_from)


def _oid(dotted: str) -> bytes:
    from asn1crypto.core import ObjectIdentifier  # noqa: PLC0415

    return bytes(ObjectIdentifier(dotted).dump())


@contextmanager
def _told() -> Iterator[None]:
    """What a token refuses, as our errors tell it. Raises CeibaError (token.absent, token.failed)."""
    from pkcs11.exceptions import NoSuchToken, PKCS11Error  # noqa: PLC0415

    try:
        yield
    except CeibaError:
        raise
    except NoSuchToken as error:
        raise refused("token.absent") from error
    except (PKCS11Error, RuntimeError) as error:
        raise refused("token.failed", why=type(error).__name__) from error
