"""Each document that is published: where, what it says, how it is signed, and for how long it may be relied on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

from ceiba.credentials.keyring import signer_of
from ceiba.credentials.models import StatusList
from ceiba.credentials.published.type_metadata import type_metadata
from ceiba.credentials.selectors.status import places_set
from ceiba.credentials.signing import issuer, key_in_use, keys_published
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs import status_list, trust
from ceiba.proofs.base64url import written
from ceiba.proofs.checkpoints import LogTrust
from ceiba.proofs.keys import PublicKey, did_document, jwk_set, web_base
from ceiba.proofs.status_list import Purpose, bitstring, list_address
from ceiba.proofs.trust import Issuer, Trust

DID_DOCUMENT: Final = ".well-known/did.json"
JWKS: Final = "jwks.json"
ROOTS: Final = "trust-roots.json"
TRUST_LIST: Final = "trust.jwt"
TYPE: Final = "types/constancia.json"
TRUSTED_FOR: Final = timedelta(days=30)
LISTED_FOR: Final = timedelta(days=7)
RENEWED: Final = timedelta(hours=12)
"""How old a signed document gets before it is signed anew: verifiers count from its issue how old their copy is."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document to publish at `path` under the issuer's address. `says` is what it is made anew for.

    `write` gives its bytes, for its number, at a moment; it is called only when it must be made anew. `lasts` is how
    long it may be relied on, None for what is not signed.
    """

    path: str
    media_type: str
    says: bytes
    write: Callable[[int, datetime], bytes]
    lasts: timedelta | None = None

    @property
    def made_from(self) -> str:
        """A digest of what it says."""
        return sha256(self.says).hexdigest()


def documents(at: datetime) -> Iterator[Document]:
    """Every document there is at a moment; none before there is a key. Raises CeibaError (credentials.*)."""
    keys = keys_published(KeyPurpose.CONSTANCIA)
    if not keys:
        return
    did = issuer()
    yield _plain(DID_DOCUMENT, "application/did+json", did_document(did, keys))
    yield _plain(JWKS, "application/jwk-set+json", jwk_set(keys))
    yield _plain(TYPE, "application/json", type_metadata())
    if roots := keys_published(KeyPurpose.TRUST):
        yield _plain(ROOTS, "application/jwk-set+json", jwk_set(roots))
        yield _trust_list(did, keys, at)
    for listed in StatusList.objects.filter(issuer=did).order_by("number"):
        for purpose in Purpose:
            yield _status_list(listed, purpose, at)


def _plain(path: str, media_type: str, value: dict[str, Any]) -> Document:
    content = written(value)
    return Document(path, media_type, content, lambda _number, _at: content)


def _trust_list(did: str, keys: tuple[PublicKey, ...], at: datetime) -> Document:
    """Signed by the root key in use; its number grows with each one, so that no older one can be put back."""
    root = key_in_use(at, KeyPurpose.TRUST)
    issuers, logs = (Issuer(did, settings.ISSUER_NAME, keys),), _logs()

    def write(number: int, now: datetime) -> bytes:
        return trust.signed(Trust(number, now, now + TRUSTED_FOR, issuers, logs), signer_of(root)).encode()

    named = [[key.text() for key in (*log.keys, *log.witnesses)] for log in logs]
    says = written([root.thumbprint, did, settings.ISSUER_NAME, jwk_set(keys), named])
    return Document(TRUST_LIST, "application/jwt", says, write, TRUSTED_FOR)


def _logs() -> tuple[LogTrust, ...]:
    """The logs that the list names; their app is above this one, so the settings say who knows them."""
    logs: Callable[[], tuple[LogTrust, ...]] = import_string(settings.TRUSTED_LOGS)
    return logs()


def _status_list(listed: StatusList, purpose: Purpose, at: datetime) -> Document:
    """One of the pair of a number: whose bit is set, signed by the key in use."""
    key = key_in_use(at)
    address = list_address(listed.address, purpose)
    bits = bitstring(places_set(listed.number, purpose), listed.size)

    def write(_number: int, now: datetime) -> bytes:
        status = status_list.StatusList(address, purpose, listed.issuer, now, now + LISTED_FOR, bits)
        return status_list.signed(status, signer_of(key)).encode()

    path = address.removeprefix(web_base(listed.issuer))
    says = key.thumbprint.encode() + bits
    return Document(path, "application/vc+jwt", says, write, LISTED_FOR)
