"""What is written is read back the same, and is no formula in anybody's spreadsheet."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.cells import ROW, ColumnSpec, read_cells
from ceiba.core.kernel.errors import CeibaError
from ceiba.frames.tabular import FORMATS, read_table, write_table

TIME = pl.Datetime("us", "UTC")
COLUMNS = (
    ColumnSpec("code", pl.String, "clave", "code"),
    ColumnSpec("day", pl.Date, "día", "day", False),
    ColumnSpec("number", pl.Int32, "número", "number", False),
    ColumnSpec("lon", pl.Float64, "longitud", "longitude", False),
    ColumnSpec("held", pl.Boolean, "lo tiene", "held", False),
    ColumnSpec("at", TIME, "hora", "time", False),
)
SCHEMA = {column.name: column.dtype for column in COLUMNS}


def written(frame, fmt, **options) -> bytes:
    out = io.BytesIO()
    assert write_table(frame, COLUMNS, out, fmt=fmt, **options) == frame.height
    return out.getvalue()


def read_back(data: bytes, fmt: str, folder: Path, *, typed=True) -> pl.DataFrame:
    path = folder / f"f.{fmt}"
    path.write_bytes(data)
    rows = read_table(path, name=path.name, columns=COLUMNS, bytes_max=10_000_000).rows
    if not typed:
        return rows.drop(ROW)
    values, problems = read_cells(rows, COLUMNS, date(2026, 4, 15))
    assert problems.is_empty()
    return values.drop(ROW)


frames = st.lists(
    st.tuples(
        st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8),
        st.none() | st.dates(date(1900, 1, 1), date(2200, 12, 31)),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.booleans(),
        st.none()
        | st.builds(
            lambda d, t: datetime.combine(d, t, UTC),
            st.dates(date(1900, 1, 2), date(2200, 12, 30)),
            st.times(),
        ),
    ),
    min_size=1,
    max_size=8,
).map(lambda rows: pl.DataFrame(rows, schema=SCHEMA, orient="row"))


@pytest.mark.parametrize("fmt", FORMATS)
@given(frame=frames)
def test_every_frame_is_read_back(fmt, frame, tmp_path_factory):
    folder = tmp_path_factory.mktemp("f")
    assert read_back(written(frame, fmt), fmt, folder).equals(frame)


hostile = st.text(st.sampled_from("=+-@\t\r\n'\",;|＝＠a1 "), min_size=1, max_size=8).filter(str.strip)


@given(st.lists(hostile, min_size=1, max_size=8))
def test_guarded_text_is_given_back_to_the_letter(tmp_path_factory, texts):
    frame = pl.DataFrame({"code": texts}).with_columns(
        *(pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name != "code")
    )
    back = read_back(written(frame, "csv"), "csv", tmp_path_factory.mktemp("f"), typed=False)
    assert back["code"].to_list() == texts


@given(hostile)
def test_no_cell_of_a_csv_starts_like_a_formula(text):
    frame = pl.DataFrame({"code": [text]}).with_columns(
        *(pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name != "code")
    )
    first = written(frame, "csv").decode().partition("\n")[2].removeprefix('"')[0]
    assert first not in "=+-@\t\r＝＠"


def test_a_negative_number_is_not_guarded():
    frame = pl.DataFrame([("P1", None, -5, -90.5, None, None)], schema=SCHEMA, orient="row")
    assert b"P1,,-5,-90.5,," in written(frame, "csv")


def test_formulas_are_strings_in_a_workbook(tmp_path):
    frame = pl.DataFrame(
        [("=1+1", None, None, None, None, None), ("http://a.b", None, None, None, None, None)],
        schema=SCHEMA,
        orient="row",
    )
    data = written(frame, "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert read_back(data, "xlsx", tmp_path, typed=False)["code"].to_list() == ["=1+1", "http://a.b"]


def test_headings_in_the_readers_words_and_the_mark_for_excel(tmp_path):
    frame = pl.DataFrame([("P1", None, 1, None, None, None)], schema=SCHEMA, orient="row")
    data = written(frame, "csv", headings="es", bom=True)
    assert data.startswith("\ufeffclave,día,número".encode())
    assert read_back(data, "csv", tmp_path).equals(frame)


def test_what_excel_cannot_hold_is_refused(monkeypatch):
    frame = pl.DataFrame([("x" * 40_000, None, None, None, None, None)], schema=SCHEMA, orient="row")
    with pytest.raises(CeibaError, match="too long for a cell of Excel"):
        written(frame, "xlsx")
    monkeypatch.setattr("ceiba.frames.tabular.write.EXCEL_ROWS_MAX", 1)
    with pytest.raises(CeibaError, match="no more than 1 rows"):
        written(pl.concat([frame.with_columns(code=pl.lit("x"))] * 2), "xlsx")


def test_an_unknown_format_is_a_defect_of_the_caller():
    with pytest.raises(ValueError, match="pdf"):
        written(pl.DataFrame(schema=SCHEMA), "pdf")
