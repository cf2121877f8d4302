"""Digests of frames that depend on their values alone: not on row order, chunks, machine or polars version.

The encoding, so that anyone can write it again: rows sorted by the key; then, for each column in schema
order, its name and dtype name as UTF-8 followed by a newline; its validity as bits (numpy.packbits,
big-endian bit order); its values little-endian with nulls as zero (numbers, dates as days since 1970,
timestamps as microseconds), or, for text, the UTF-8 byte lengths as int64 followed by the bytes joined; lists
are text joined by U+001F. All of it goes through SHA-256. (`packs/plain.py` writes it again, without polars.)
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
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
    rows = _in_order(schema.check(frame), schema.key)
    digest = hashlib.sha256()
    for column in rows.iter_columns():
        for part in _encoded(column).parts(0, rows.height):
            digest.update(part)
    return digest.hexdigest()


def group_digests(frame: pl.DataFrame, schema: FrameSchema, group: pl.Series) -> dict[str, str]:
    """The `frame_digest` of the rows of each group; `group` (String, no nulls) says the group of each row.

    Each column is encoded once, for all groups. Raises FrameError when the frame is not of the schema.
    """
    rows = _in_order(schema.check(frame).with_columns(group.alias("_group")), schema.key)
    names = group.unique().sort()
    numbers = rows.get_column("_group").cast(pl.Enum(names)).to_physical().to_numpy()
    rows = rows.drop("_group")[
        np.argsort(numbers, kind="stable")
    ]  # within a group the order of the key stays
    starts = [0, *np.cumsum(np.bincount(numbers, minlength=names.len())).tolist()]
    digests = [hashlib.sha256() for _ in names]
    for column in rows.iter_columns():
        encoded = _encoded(column)
        for digest, (start, stop) in zip(digests, pairwise(starts), strict=True):
            for part in encoded.parts(start, stop):
                digest.update(part)
    return {name: digest.hexdigest() for name, digest in zip(names, digests, strict=True)}


def bytes_digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _in_order(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    if key and not rows.select(pl.struct(key).is_sorted()).item():
        return rows.sort(key)
    return rows


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A column, from which the encoding of any of its rows can be cut."""

    head: bytes
    valid: NDArray[Any]
    values: NDArray[Any]  # numbers, truth, or where each text begins
    text: bytes | None = None

    def parts(self, start: int, stop: int) -> Iterator[bytes]:
        """The encoding of the rows from `start` to before `stop`."""
        yield self.head
        yield np.packbits(self.valid[start:stop]).tobytes()
        if self.text is not None:
            begin = self.values[start : stop + 1]
            yield np.diff(begin).astype("<i8").tobytes()
            yield self.text[begin[0] : begin[-1]]
        elif self.values.dtype == bool:
            yield np.packbits(self.values[start:stop]).tobytes()
        else:
            yield _little_endian(self.values[start:stop])


def _encoded(column: pl.Series) -> _Encoded:
    head = f"{column.name}:{_dtype_name(column.dtype)}\n".encode()
    valid = column.is_not_null().to_numpy()
    if isinstance(column.dtype, pl.List):
        column = column.list.join(LIST_SEPARATOR)
    if column.dtype == pl.String or isinstance(column.dtype, pl.Enum | pl.Categorical):
        text = column.cast(pl.String).fill_null("")
        ends = text.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy()
        return _Encoded(head, valid, np.concatenate([[0], ends]), text.str.join("").item().encode())
    if column.dtype == pl.Boolean:
        return _Encoded(head, valid, column.fill_null(value=False).to_numpy())
    return _Encoded(head, valid, column.to_physical().fill_null(0).to_numpy())


def _dtype_name(dtype: pl.DataType) -> str:
    """Enumerations and categories count as the text they show; timestamps by their unit."""
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return "String"
    return str(dtype)


def _little_endian(values: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
