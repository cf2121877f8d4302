"""Base 64 (RFC 4648, section 4) of which each value has one text only."""

from base64 import b64decode, b64encode


def encoded(data: bytes) -> str:
    """The text of `data`."""
    return b64encode(data).decode()


def decoded(text: str) -> bytes:
    """The bytes of `text`. Raises ValueError for every text but the one that `encoded` writes."""
    data = b64decode(text)
    if encoded(data) != text:
        raise ValueError("base64")
    return data
