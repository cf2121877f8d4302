"""Who issues, and the private keys that sign for it, as the settings name them: files, or a token."""

from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.proofs.key_folder import KeyFolder
from ceiba.proofs.keys import Kind, PublicKey, Signer, made, web_base
from ceiba.proofs.token import Token

register_messages(
    {
        "key.no_passphrase": {
            "es": "Falta la frase de las claves. Póngala en CEIBA_KEY_PASSPHRASE o en CEIBA_KEY_PASSPHRASE_FILE.",
            "en": "The passphrase of keys is missing. Give it as CEIBA_KEY_PASSPHRASE or CEIBA_KEY_PASSPHRASE_FILE.",
        },
        "issuer.did": {
            "es": "«{did}» no sirve como emisor: CEIBA_ISSUER es un did:web de un sitio, sin ruta.",
            "en": '"{did}" is no issuer: CEIBA_ISSUER is a did:web of a site, without a path.',
        },
    }
)
DID_PARTS: Final = 3  # did:web:host


def issuer() -> str:
    """The did:web that issues. Raises CeibaError (issuer.did)."""
    did: str = settings.ISSUER
    if not did.startswith("did:web:") or len(did.split(":")) != DID_PARTS or did.endswith(":"):
        raise CeibaError(Problem("issuer.did", values={"did": did}))
    return did


def issuer_url() -> str:
    """Where it publishes, and its OpenID4VCI Credential Issuer Identifier: `https://host`."""
    return web_base(issuer()).rstrip("/")


def signer_of(public: PublicKey) -> Signer:
    """The private key of a published one: in the token, where there is one that holds it, else in its file.

    Raises CeibaError (key.no_passphrase, key.absent, key.file, token.*).
    """
    token = token_held()
    if token is not None and token.holds(public):
        return token.signer(public)
    return folder().signer(public)


def key_make(kind: Kind, valid_from: datetime, *, in_token: bool = False) -> PublicKey:
    """A new key pair, its private key kept. Raises CeibaError (key.no_passphrase, key.passphrase, token.*)."""
    if in_token:
        token = token_held()
        if token is None:
            raise CeibaError(Problem("token.absent"))
        return token.make(kind, valid_from)
    key = made(kind, valid_from)
    folder().keep(key)
    return key.public


def where_held(public: PublicKey) -> str:
    """Where the private key is, for people: the token's label, the file, or nothing."""
    token = token_held()
    if token is not None and token.holds(public):
        return f"PKCS#11 {token.label}"
    file = KeyFolder(settings.KEYS_DIR, "").file(public)
    return str(file) if file.is_file() else ""


def folder() -> KeyFolder:
    """The files. Raises CeibaError (key.no_passphrase)."""
    if not settings.KEY_PASSPHRASE:
        raise CeibaError(Problem("key.no_passphrase"))
    return KeyFolder(settings.KEYS_DIR, settings.KEY_PASSPHRASE)


def token_held() -> Token | None:
    """The token that the settings name."""
    if not settings.TOKEN_MODULE:
        return None
    return _token(settings.TOKEN_MODULE, settings.TOKEN_LABEL, settings.TOKEN_PIN)


@cache
def _token(module: str, label: str, pin: str) -> Token:
    """One a process, for its session stays open."""
    return Token(module, label, pin)
