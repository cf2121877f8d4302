"""Rows as COPY takes them in binary (PostgreSQL manual, COPY, "Binary Format"): for hashes by the hundred thousand.

As text they would be twice as long, and be written and read digit by digit. A row is laid out as a record of numpy
whose fields all have the width of the widest, and what is too much is left out at the end.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Columns = Mapping[str, npt.NDArray[Any]]
"""Name -> values, all of them as many: whole numbers (of the width that the table's column has), texts without a zero
byte (`S`), bytes of one length (`V`). Masked values are null."""

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
TRAILER: Final = b"\xff\xff"
_NULL: Final = -1


def binary_rows(columns: Columns) -> bytes:
    """The rows of these columns; `HEADER` comes before the first of all, `TRAILER` after the last."""
    count = len(next(iter(columns.values())))
    fields: list[tuple[str, Any]] = [("", ">i2")]  # how many; then each, its length before it
    for name, values in columns.items():
        fields += [(f"{name} long", ">i4"), (name, values.dtype.newbyteorder(">"))]
    rows = np.zeros(count, fields)
    rows["f0"] = len(columns)
    places: Mapping[str, Any] = rows.dtype.fields or {}
    kept = np.ones((count, rows.itemsize), bool)
    for name, values in columns.items():
        lengths = _lengths(values)
        rows[f"{name} long"], rows[name] = lengths, np.ma.getdata(values)
        start, width = places[name][1], values.itemsize
        if (lengths < width).any():
            kept[:, start : start + width] = np.arange(width) < lengths[:, None]
    return rows.tobytes() if kept.all() else rows.view(np.uint8).reshape(count, -1)[kept].tobytes()


def _lengths(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    plain = np.ma.getdata(values)
    lengths = np.char.str_len(plain) if plain.dtype.kind == "S" else np.full(len(plain), plain.itemsize)
    return np.where(np.ma.getmaskarray(values), _NULL, lengths)
