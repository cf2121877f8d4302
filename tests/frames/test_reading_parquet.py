import io
from datetime import date

import polars as pl
import pytest

from ceiba.core.cells import ColumnSpec
from ceiba.core.kernel.errors import CeibaError
from tests.frames.helpers import cells, file, read

FRAME = pl.DataFrame({"code": ["P1", "P2"], "name": ["Ana", None], "lon": [-90.5, None]})


def parquet(frame: pl.DataFrame, **options) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **options)
    return buffer.getvalue()


def codes(path, **options):
    with pytest.raises(CeibaError) as raised:
        read(path, **options)
    return [p.code for p in raised.value.problems]


def test_it_works_with_the_types_that_were_stored(tmp_path):
    assert cells(file(tmp_path, parquet(FRAME), "d.parquet")) == FRAME.rows()


def test_categories_and_days(tmp_path):
    frame = pl.DataFrame({"a": pl.Series(["x"], dtype=pl.Categorical), "b": [date(2026, 3, 31)]})
    columns = [ColumnSpec("a", pl.String, "a", "a"), ColumnSpec("b", pl.Date, "b", "b")]
    assert cells(file(tmp_path, parquet(frame), "d.parquet"), columns=columns) == [("x", date(2026, 3, 31))]


@pytest.mark.parametrize("column", [[[1]], [{"a": 1}], [b"x"]])
def test_nested_and_binary_columns_are_refused(tmp_path, column):
    frame = FRAME.head(1).with_columns(pl.Series("name", column))
    assert codes(file(tmp_path, parquet(frame), "d.parquet")) == ["file.column_type"]


def test_cut_short_at_any_byte_it_is_refused(tmp_path):
    whole = parquet(FRAME)
    for length in range(8, len(whole), 13):
        assert codes(file(tmp_path, whole[:length], "d.parquet")) == ["file.broken"]


def test_with_any_byte_changed_it_is_read_or_refused_but_never_fails_otherwise(tmp_path):
    whole = parquet(pl.concat([FRAME] * 50))
    for position in range(4, len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0xFF
        try:
            read(file(tmp_path, bytes(changed), "d.parquet"))
        except CeibaError as error:
            assert error.problems


def test_rows_are_counted_before_they_are_read(tmp_path):
    path = file(tmp_path, parquet(pl.concat([FRAME] * 10)), "d.parquet")
    assert codes(path, rows_max=19) == ["file.too_many_rows"]


def test_text_that_packs_to_nothing_is_weighed_before_it_is_kept(tmp_path):
    heavy = pl.DataFrame({"code": ["P"] * 100, "name": ["x" * 1_000_000] * 100, "lon": [0.0] * 100})
    path = file(tmp_path, parquet(heavy, compression="zstd"), "d.parquet")
    assert path.stat().st_size < 1_000_000
    assert codes(path, bytes_max=2_000_000) == ["file.swells"]


def test_no_rows(tmp_path):
    assert codes(file(tmp_path, parquet(FRAME.clear()), "d.parquet")) == ["file.no_rows"]
