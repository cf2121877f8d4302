"""Parquet files of frames: written whole or not at all, with fixed settings, read under a schema."""

import os
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import FrameSchema

ROW_GROUP_ROWS: Final = 262_144


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` durably: a temporary sibling, fsync, rename. Raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.write_parquet(draft, compression="zstd", row_group_size=ROW_GROUP_ROWS)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_parquet(path: Path, schema: FrameSchema) -> pl.DataFrame:
    """The frame in `path`. Raises FrameError when it is not of `schema`, OSError or PolarsError when unreadable."""
    return schema.check(pl.read_parquet(path))
