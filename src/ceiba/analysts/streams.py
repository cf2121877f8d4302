"""Answers that are written as they are read: their size is bounded by nothing but the number of rows."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

_PIECE: Final = 1 << 16
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def json_text(value: Any) -> str:
    """JSON, compact, with letters as they are."""
    return _ENCODER.encode(value)


def json_array(rows: Iterable[Any]) -> Iterator[str]:
    """A JSON array of rows."""
    return in_pieces(_array(rows))


def _array(rows: Iterable[Any]) -> Iterator[str]:
    yield "["
    for n, row in enumerate(rows):
        yield f"{',' if n else ''}{json_text(row)}"
    yield "]"


def in_pieces(texts: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are worth sending."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
