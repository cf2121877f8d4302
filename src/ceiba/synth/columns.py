"""Small operations on columns that polars has only as expressions."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from ceiba.core.geometry import Integers


def picked(choices: Iterable[str], places: Integers) -> pl.Series:
    """The choice at each place (n,)."""
    return pl.Series(list(choices), dtype=pl.String).gather(places)


def where(mask: npt.NDArray[np.bool_] | pl.Series, values: pl.Series) -> pl.Series:
    """`values` where `mask` is true, null elsewhere (n,)."""
    return pl.select(pl.when(pl.Series(mask)).then(values)).to_series()


def put(series: pl.Series, rows: Integers, values: pl.Series) -> pl.Series:
    """A copy of `series` with `values` at `rows`."""
    return series.clone().scatter(rows, values)


def numbered(first: int, count: int, digits: int) -> pl.Series:
    """`count` numbers from `first` as text with leading zeros."""
    return pl.int_range(first, first + count, eager=True).cast(pl.String).str.zfill(digits)
