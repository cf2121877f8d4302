"""Parquet: already typed, but neither whole nor small by its name."""

from pathlib import Path
from typing import Final

import polars as pl

from ceiba.frames.tabular.common import COLUMNS_MAX, MB, Cells, Fail

SWELL_MAX: Final = 8  # bytes of text allowed, in times of the limit of the file itself
_MAGIC: Final = b"PAR1"
_ACCEPTED: Final = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null)


def read(path: Path, bytes_max: int, rows_max: int, fail: Fail) -> Cells:
    """The file's columns as they were stored. Raises CeibaError when it is cut, damaged, or of nested types."""
    with path.open("rb") as file:
        file.seek(-len(_MAGIC), 2)
        if file.read() != _MAGIC:
            raise fail.error("file.broken")
    try:
        return _cells(pl.scan_parquet(path, hive_partitioning=False, glob=False), bytes_max, rows_max, fail)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise fail.error("file.broken") from error


def _cells(scan: pl.LazyFrame, bytes_max: int, rows_max: int, fail: Fail) -> Cells:
    schema = scan.collect_schema()
    if len(schema) > COLUMNS_MAX:
        raise fail.error("file.too_many_columns", limit=COLUMNS_MAX)
    for name, dtype in schema.items():
        if not (dtype.is_numeric() or dtype in _ACCEPTED) or dtype.is_decimal():
            raise fail.error("file.column_type", column=name, found=str(dtype))
    if scan.select(pl.len()).collect().item() > rows_max:
        raise fail.error("file.too_many_rows", limit=rows_max)
    # A page of one repeated letter packs to nothing: its texts are weighed in passing before they are kept.
    texts = [name for name, dtype in schema.items() if dtype == pl.String]
    weights = scan.select(pl.col(texts).str.len_bytes().cast(pl.Int64).sum()).collect(engine="streaming")
    size = sum(weights.row(0)) if texts else 0
    if size > bytes_max * SWELL_MAX:
        raise fail.error("file.swells", size=size // MB, limit=bytes_max * SWELL_MAX // MB)
    return Cells(schema.names(), scan.collect())
