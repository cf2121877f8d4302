"""base64url without padding (RFC 7515), and JSON, read strictly: one spelling a value, each name once."""

import base64
import json
from typing import Any, Final

from ceiba.proofs.problems import refused

_COMPACT: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def packed(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """Its bytes. Raises CeibaError (proof.damaged), also for a second spelling of the same bytes."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise refused("proof.damaged", what="base64url") from error
    if packed(data) != text:
        raise refused("proof.damaged", what="base64url")
    return data


def written(value: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return _COMPACT.encode(value).encode()


def read_json(data: bytes) -> Any:
    """A JSON value. Raises CeibaError (proof.damaged), also for a name that comes twice, NaN, or endless depth."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_never)
        written(value)  # half a character, as an escape can make, cannot be written
    except (ValueError, RecursionError) as error:
        raise refused("proof.damaged", what="JSON") from error
    return value


def read_object(data: bytes) -> dict[str, Any]:
    """A JSON object. Raises CeibaError (proof.damaged)."""
    value = read_json(data)
    if not isinstance(value, dict):
        raise refused("proof.damaged", what="JSON")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _never(constant: str) -> None:
    raise ValueError(constant)
