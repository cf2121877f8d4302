"""Digests of frames that depend on their values alone: not on row order, chunks, machine or polars version.

The encoding, so that anyone can write it again: rows sorted by the key; then, for each column in schema
order, its name and dtype name as UTF-8 followed by a newline; its validity as bits (numpy.packbits,
big-endian bit order); its values little-endian with nulls as zero (numbers, dates as days since 1970,
timestamps as microseconds), or, for text, the UTF-8 byte lengths as int64 followed by the bytes joined; lists
are text joined by U+001F. All of it goes through SHA-256.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ceiba.core.kernel.frames import FrameSchema

LIST_SEPARATOR = "\x1f"


def frame_digest(frame: pl.DataFrame, schema: FrameSchema) -> str:
    """SHA-256 in hexadecimal of the frame's values under `schema`, rows in the order of its key.

    Raises FrameError when the frame is not of the schema.
    """
    rows = schema.check(frame)
    if schema.key and not rows.select(pl.struct(schema.key).is_sorted()).item():
        rows = rows.sort(schema.key)
    digest = hashlib.sha256()
    for column in rows.iter_columns():
        for part in _encoded(column):
            digest.update(part)
    return digest.hexdigest()


def bytes_digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _encoded(column: pl.Series) -> Iterator[bytes]:
    yield f"{column.name}:{_dtype_name(column.dtype)}\n".encode()
    yield np.packbits(column.is_not_null().to_numpy()).tobytes()
    if isinstance(column.dtype, pl.List):
        column = column.list.join(LIST_SEPARATOR)
    if column.dtype == pl.String or isinstance(column.dtype, pl.Enum | pl.Categorical):
        text = column.cast(pl.String).fill_null("")
        yield _little_endian(text.str.len_bytes().cast(pl.Int64).to_numpy())
        yield text.str.join("").item().encode()
    elif column.dtype == pl.Boolean:
        yield np.packbits(column.fill_null(value=False).to_numpy()).tobytes()
    else:
        yield _little_endian(column.to_physical().fill_null(0).to_numpy())


def _dtype_name(dtype: pl.DataType) -> str:
    """Enumerations and categories count as the text they show; timestamps by their unit."""
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return "String"
    return str(dtype)


def _little_endian(values: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
