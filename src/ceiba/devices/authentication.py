"""Who sends: by the key in the address, by Basic where the connection is encrypted, or by Digest."""

import base64
import binascii
import hmac
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from ceiba.devices.digest import NONCE_SECONDS_MAX, answers, challenge, nonce_age, parts_of
from ceiba.devices.keys import ha1_of, ha1_opened
from ceiba.devices.selectors import Sender, sender_by_key, sender_by_username


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody who may. `challenges` are the values of WWW-Authenticate to answer with."""

    challenges: tuple[str, ...]


def authenticated(request: HttpRequest, key: str | None) -> Sender | Unknown:
    """The device that a request comes from. `key` is the one in its address; then nothing else is looked at."""
    if key is not None:
        return sender_by_key(key) or Unknown(())
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic" and request.is_secure():
        return _by_basic(rest) or _unknown(request)
    if scheme.lower() == "digest":
        return _by_digest(request, rest)
    return _unknown(request)


def _by_basic(credentials: str) -> Sender | None:
    try:
        username, _, key = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    sender = sender_by_username(username)
    return sender if sender and _is_its(sender, ha1_of(username, key)) else None


def _by_digest(request: HttpRequest, header: str) -> Sender | Unknown:
    parts = parts_of(header)
    age = nonce_age(settings.SECRET_KEY, parts.get("nonce", ""), time.time())
    if age is None:
        return _unknown(request)
    sender = sender_by_username(parts.get("username", ""))
    ha1 = ha1_opened(sender.username, sender.ha1_cipher) if sender else None
    if (
        sender is None
        or ha1 is None
        or not answers(parts, ha1, request.method or "", request.get_full_path())
    ):
        return _unknown(request)
    return _unknown(request, stale=True) if age > NONCE_SECONDS_MAX else sender


def _is_its(sender: Sender, ha1: str) -> bool:
    known = ha1_opened(sender.username, sender.ha1_cipher)
    return known is not None and hmac.compare_digest(known, ha1)


def _unknown(request: HttpRequest, *, stale: bool = False) -> Unknown:
    """Basic is offered only where nobody can read along."""
    digest = challenge(settings.SECRET_KEY, time.time(), stale=stale)
    return Unknown((digest, 'Basic realm="Ceiba", charset="UTF-8"') if request.is_secure() else (digest,))
