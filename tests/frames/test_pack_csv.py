"""A pack's CSV gives back every value, and its digest by the standard library is that of the frame."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.core.kernel.digest import frame_digest
from ceiba.core.kernel.frames import Column, FrameSchema, Outcome
from ceiba.packs.plain import NotRead, read_part, rows_digest
from ceiba.packs.writing import part_of, write_csv

SCHEMA = FrameSchema(
    "things",
    (
        Column("id", pl.Int64),
        Column("small", pl.Int16, nullable=True),
        Column("count", pl.Int32, nullable=True),
        Column("name", pl.String, nullable=True),
        Column("plain", pl.String),
        Column("flag", pl.Boolean, nullable=True),
        Column("day", pl.Date, nullable=True),
        Column("outcome", Outcome),
        Column("reasons", pl.List(pl.String)),
    ),
    key=("plain", "id"),
)
PART = part_of(SCHEMA)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4) | st.sampled_from(
    ["", "\\", "\\\\", '"', '""', ",", "a\nb", "\r\n", "ñ", "null"]
)


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": signed(64),
            "small": st.none() | signed(16),
            "count": st.none() | signed(32),
            "name": st.none() | TEXT,
            "plain": TEXT,
            "flag": st.none() | st.booleans(),
            "day": st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
            "outcome": st.sampled_from(["pay", "hold", "refuse"]),
            "reasons": st.lists(st.sampled_from(["work.plan", "person.alive"]), max_size=2),
        }
    ),
    unique_by=lambda row: (row["plain"], row["id"]),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_every_value_comes_back_with_the_same_digest(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(rows, schema=dict(SCHEMA.dtypes), orient="row")
    write_csv(frame, SCHEMA, tmp_path / "things.csv")
    back = read_part(tmp_path / "things.csv", PART)
    assert [list(row) for row in back] == [[row[name] for name in SCHEMA.names] for row in rows]
    assert rows_digest(back, PART) == frame_digest(frame, SCHEMA)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("+1,,,,x,,,pay,", "id"),
        ("1,1.0,,,x,,,pay,", "small"),
        ("1,,,,x,True,,pay,", "flag"),
        ("1,,,,x,,20260301,pay,", "day"),
        ("1,,,,x,,,pay", ""),
        (",,,,x,,,pay,", "id"),
    ],
)
def test_a_value_written_in_another_way_is_not_read(tmp_path: Path, line: str, column: str) -> None:
    (tmp_path / "things.csv").write_text(f"{','.join(SCHEMA.names)}\n{line}\n")
    with pytest.raises(NotRead) as error:
        read_part(tmp_path / "things.csv", PART)
    assert (error.value.line, error.value.column) == (2, column)
