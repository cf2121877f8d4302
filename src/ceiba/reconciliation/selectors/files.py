"""What banks' files have said already."""

from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame

_CONTENTS: Final = FrameSchema("contents of bank entries", (Column("content", pl.String),), key=("content",))


def contents_known(contents: pl.Series) -> pl.Series:
    """Those of the contents of bank entries (UUIDs as text) that a file has said before."""
    query = (
        "SELECT content FROM reconciliation_bankentry"
        " WHERE content = ANY (string_to_array(%(contents)s, ',')::uuid[])"
    )
    return read_frame(query, {"contents": ",".join(contents)}, _CONTENTS)["content"]
