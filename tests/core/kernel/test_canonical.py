import json
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.canonical import json_object, json_value, text_digests
from ceiba.core.kernel.frames import Column

TIME = pl.Datetime("us", "UTC")
COLUMNS = (
    Column("text", pl.String),
    Column("number", pl.Int32),
    Column("flag", pl.Boolean),
    Column("day", pl.Date),
    Column("at", TIME),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
            "number": st.none() | st.integers(-(2**31), 2**31 - 1),
            "flag": st.none() | st.booleans(),
            "day": st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
            "at": st.none()
            | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        }
    ),
    min_size=1,
)


def written(rows: list[dict[str, object]]) -> list[str]:
    frame = pl.DataFrame(rows, schema={c.name: c.dtype for c in COLUMNS})
    return frame.select(json_object({c.name: json_value(c) for c in COLUMNS})).to_series().to_list()


def said(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value


@given(ROWS)
def test_it_is_what_python_writes_in_canonical_form(rows: list[dict[str, object]]) -> None:
    expected = [
        json.dumps(
            {name: said(value) for name, value in row.items() if value is not None},
            sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        )
        for row in rows
    ]  # fmt: skip
    assert written(rows) == expected


@given(ROWS)
def test_rows_put_together_at_once_are_the_same_unless_something_is_null(
    rows: list[dict[str, object]],
) -> None:
    members = {c.name: json_value(c) for c in COLUMNS}
    frame = pl.DataFrame(rows, schema={c.name: c.dtype for c in COLUMNS})
    whole = frame.select(json_object(members, whole=True)).to_series().to_list()
    assert whole == [
        None if None in row.values() else text for row, text in zip(rows, written(rows), strict=True)
    ]
    assert frame.select(json_object({}, whole=True)).item(0, 0) == "{}"


def test_a_row_without_values_is_an_empty_object() -> None:
    assert written([{}]) == ["{}"]


def test_a_dtype_without_a_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        json_value(Column("share", pl.Float64))


def test_the_digest_is_of_the_utf8_text() -> None:
    (digest,) = text_digests(pl.Series(["ñ"]))
    assert digest.hex() == "024bb90888ca89a15a19e9bdd8c712bfb070465fce1ef25e43c170ea44fc5e5f"
