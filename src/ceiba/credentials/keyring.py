"""The private keys, as the settings name them: encrypted files, or a PKCS#11 token. Never in the database."""

import secrets
from datetime import datetime
from functools import cache

from django.conf import settings

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.proofs.key_folder import KeyFolder
from ceiba.proofs.keys import Kind, PublicKey, Signer, made
from ceiba.proofs.token import Token

register_messages(
    {
        "credentials.no_passphrase": {
            "es": "No se encuentra la frase de paso de las claves. Ponga CEIBA_KEYS_PASSPHRASE_FILE.",
            "en": "The passphrase of the keys is not to be found. Set CEIBA_KEYS_PASSPHRASE_FILE.",
        },
        "credentials.no_pin": {
            "es": "No se encuentra el PIN del dispositivo PKCS#11. Ponga CEIBA_TOKEN_PIN_FILE.",
            "en": "The PIN of the PKCS#11 token is not to be found. Set CEIBA_TOKEN_PIN_FILE.",
        },
    }
)


def signer_of(public: PublicKey) -> Signer:
    """The private key of a published one: in the token, where there is one that holds it, else in its file.

    Raises CeibaError (credentials.no_passphrase, credentials.no_pin, key.absent, key.file, token.*).
    """
    token = token_held()
    if token is not None and token.holds(public):
        return token.signer(public)
    return key_folder().signer(public)


def where_held(public: PublicKey) -> str:
    """Where the private key is, for people: the token, the file, or nothing. Raises as `signer_of`, of the token."""
    token = token_held()
    if token is not None and token.holds(public):
        return f"PKCS#11 {token.label}"
    files = KeyFolder(settings.KEYS_DIR, "")
    return str(files.file(public)) if files.holds(public) else ""


def key_make(kind: Kind, valid_from: datetime, *, in_token: bool = False) -> PublicKey:
    """A new key pair, its private half kept; the passphrase of files is made with the first of them.

    Raises CeibaError (key.passphrase, credentials.no_pin, token.*).
    """
    if in_token:
        token = token_held()
        if token is None:
            raise CeibaError(Problem("token.absent"))
        return token.make(kind, valid_from)
    _passphrase_make()
    key = made(kind, valid_from)
    key_folder().keep(key)
    return key.public


def key_folder() -> KeyFolder:
    """Where private keys are. Raises CeibaError (credentials.no_passphrase)."""
    try:
        passphrase = settings.KEYS_PASSPHRASE_FILE.read_text().strip()
    except OSError as error:
        raise CeibaError(Problem("credentials.no_passphrase")) from error
    return KeyFolder(settings.KEYS_DIR, passphrase)


def token_held() -> Token | None:
    """The token that the settings name. Raises CeibaError (credentials.no_pin)."""
    if not settings.TOKEN_MODULE:
        return None
    try:
        pin = settings.TOKEN_PIN_FILE.read_text().strip()
    except OSError as error:
        raise CeibaError(Problem("credentials.no_pin")) from error
    return _token(settings.TOKEN_MODULE, settings.TOKEN_LABEL, pin)


@cache
def _token(module: str, label: str, pin: str) -> Token:
    """One a process: its session stays open."""
    return Token(module, label, pin)


def _passphrase_make() -> None:
    file = settings.KEYS_PASSPHRASE_FILE
    if not file.exists() and not any(settings.KEYS_DIR.glob("*.pem")):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
