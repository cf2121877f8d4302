"""Canonical JSON of a row: the text that is hashed, so that anyone can write it again and find the same hash.

It is RFC 8785 (JCS) for what rows hold: members in the order of their names, no white space, texts in UTF-8 with
only `"`, `\\` and control characters escaped, whole numbers, true, false. Days are texts like `"2026-03-31"`,
times texts in UTC like `"2026-03-31T12:00:00.000000Z"`, always with six decimals. A column without a value is
left out. So it is also what Python writes with
`json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.
"""

import hashlib
import json
from collections.abc import Mapping
from itertools import chain, repeat
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column
from ceiba.core.kernel.plain import canonical_text, object_bytes

__all__ = ["canonical_text", "canonical_texts", "json_object", "json_value", "object_bytes", "text_digests"]

_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_ESCAPES: Final = {chr(code): f"\\u{code:04x}" for code in range(0x20)} | _SHORT


def json_value(column: Column) -> pl.Expr:
    """A column's values as JSON texts; null stays null.

    Raises TypeError for a dtype that is not text, whole number, boolean, date or time in UTC.
    """
    value = pl.col(column.name)
    if column.dtype == pl.String:
        return _quoted(value.str.replace_many(list(_ESCAPES), list(_ESCAPES.values())))
    if column.dtype == pl.Boolean or column.dtype.is_integer():
        return value.cast(pl.String)
    if column.dtype == pl.Date:
        return _quoted(value.dt.to_string("%Y-%m-%d"))
    if column.dtype == pl.Datetime("us", "UTC"):
        return _quoted(value.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ"))
    raise TypeError(f"{column.name}: {column.dtype} has no canonical form")


def json_object(members: Mapping[str, pl.Expr], *, whole: bool = False) -> pl.Expr:
    """An object of JSON texts by plain names, as JSON text; members that are null are left out.

    `whole`: none is ever null; then a row is put together at once, in half the time (and one with a null is null).
    """
    if whole and members:
        heads = zip(chain("{", repeat(",")), sorted(members), strict=False)
        parts = [part for mark, name in heads for part in (pl.lit(f'{mark}"{name}":'), members[name])]
        return pl.concat_str([*parts, pl.lit("}")])
    named = [pl.lit(f'"{name}":') + members[name] for name in sorted(members)]
    inner = pl.concat_str(named, separator=",", ignore_nulls=True) if named else pl.lit("")
    return pl.lit("{") + inner + pl.lit("}")


def canonical_texts(texts: pl.Series) -> pl.Series:
    """JSON texts of objects and lists, as PostgreSQL writes them, in canonical form; null stays null.

    Each different text is read once: meant for columns of few. Raises TypeError for fractions, ValueError for what is
    no JSON.
    """
    different = texts.drop_nulls().unique()
    made = [canonical_text(json.loads(text, parse_float=_no_fraction)) for text in different.to_list()]
    return texts.replace_strict(different, made, return_dtype=pl.String)


def text_digests(texts: pl.Series) -> pl.Series:
    """SHA-256 of each text in UTF-8 (Binary, 32 bytes)."""
    return pl.Series(
        texts.name, [hashlib.sha256(text.encode()).digest() for text in texts.to_list()], dtype=pl.Binary
    )


def _quoted(text: pl.Expr) -> pl.Expr:
    return pl.lit('"') + text + pl.lit('"')


def _no_fraction(text: str) -> None:
    raise TypeError(f"{text} has no canonical form")
