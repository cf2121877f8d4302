"""x"""
from collections.abc import Iterator
from typing import BinaryIO
import polars as pl
def entries(file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
    raise NotImplementedError
