"""HTTP Digest (RFC 2617, MD5, qop=auth), as ODK Collect and its relatives speak it.

Nonces are not stored: one is the time it was made and a keyed hash of it. Within its life a nonce may be used again,
as phones do with counts; what arrives twice is harmless, because a submission is its instanceID.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

from ceiba.devices.keys import REALM, md5_hex

NONCE_SECONDS_MAX: Final = 600
_PART: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')


def challenge(secret: str, now: float, *, stale: bool = False) -> str:
    """The value of WWW-Authenticate."""
    again = ", stale=true" if stale else ""
    return f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{_nonce(secret, int(now))}"{again}'


def parts_of(header: str) -> dict[str, str]:
    """The parts of an Authorization header after `Digest`."""
    return {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(header)}


def nonce_age(secret: str, nonce: str, now: float) -> float | None:
    """Seconds since the nonce was made; None when it is not one of ours."""
    try:
        made = int(base64.urlsafe_b64decode(nonce.encode())[:10])
    except ValueError:
        return None
    if not hmac.compare_digest(_nonce(secret, made).encode(), nonce.encode()):
        return None
    return now - made


def answers(parts: dict[str, str], ha1: str, method: str, target: str) -> bool:
    """Whether the response is that of somebody who has the key, for this request.

    `target` is the request's path with its query; phones sign that, or the whole address.
    """
    uri = parts.get("uri", "")
    if uri != target and not uri.endswith(target):
        return False
    ha2 = md5_hex(f"{method}:{uri}")
    middle = parts.get("nonce", "")
    if "qop" in parts:
        middle = ":".join((middle, parts.get("nc", ""), parts.get("cnonce", ""), parts["qop"]))
    return hmac.compare_digest(md5_hex(f"{ha1}:{middle}:{ha2}").encode(), parts.get("response", "").encode())


def _nonce(secret: str, made: int) -> str:
    time = f"{made:010d}"
    keyed = hmac.new(secret.encode(), f"digest {time}".encode(), hashlib.sha256).hexdigest()[:32]
    return base64.urlsafe_b64encode(f"{time}{keyed}".encode()).decode()
