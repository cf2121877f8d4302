"""Digests depend on values alone."""

import hashlib

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.digest import frame_digest
from ceiba.core.kernel.frames import Column, FrameError, FrameSchema, Outcome

SCHEMA = FrameSchema(
    "things",
    (
        Column("id", pl.Int64),
        Column("count", pl.Int32, nullable=True),
        Column("name", pl.String, nullable=True),
        Column("flag", pl.Boolean, nullable=True),
        Column("outcome", Outcome, nullable=True),
        Column("reasons", pl.List(pl.String), nullable=True),
    ),
    key=("id",),
)
ROW = {"id": 1, "count": 2, "name": "é", "flag": True, "outcome": "pay", "reasons": ["a", "b"]}


def things(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(SCHEMA.dtypes), orient="row")


@pytest.mark.parametrize(
    "change",
    [{"id": 2}, {"count": 3}, {"count": None}, {"name": "e"}, {"name": None}, {"name": ""}, {"flag": False},
     {"flag": None}, {"outcome": "hold"}, {"reasons": ["a"]}, {"reasons": ["ab"]}, {"reasons": []}],
    ids=str,
)  # fmt: skip
def test_any_changed_value_changes_the_digest(change: dict[str, object]) -> None:
    assert frame_digest(things(ROW), SCHEMA) != frame_digest(things({**ROW, **change}), SCHEMA)


def test_zero_and_nothing_differ() -> None:
    assert frame_digest(things({**ROW, "count": 0}), SCHEMA) != frame_digest(
        things({**ROW, "count": None}), SCHEMA
    )


def test_texts_do_not_run_into_each_other() -> None:
    one = things({**ROW, "id": 1, "name": "ab"}, {**ROW, "id": 2, "name": "c"})
    two = things({**ROW, "id": 1, "name": "a"}, {**ROW, "id": 2, "name": "bc"})
    assert frame_digest(one, SCHEMA) != frame_digest(two, SCHEMA)


def test_a_frame_of_another_schema_has_no_digest() -> None:
    with pytest.raises(FrameError):
        frame_digest(things(ROW).drop("name"), SCHEMA)


def test_the_encoding_is_the_documented_one() -> None:
    """Written here again from the docstring, for two integers and a text."""
    schema = FrameSchema("small", (Column("id", pl.Int64), Column("name", pl.String, nullable=True)), ("id",))
    frame = pl.DataFrame({"id": [7, 5], "name": [None, "ñ"]}, schema=dict(schema.dtypes))
    expected = hashlib.sha256(
        b"id:Int64\n" + bytes([0b11000000]) + (5).to_bytes(8, "little") + (7).to_bytes(8, "little")
        + b"name:String\n" + bytes([0b10000000]) + (2).to_bytes(8, "little") + (0).to_bytes(8, "little")
        + "ñ".encode()
    )  # fmt: skip
    assert frame_digest(frame, schema) == expected.hexdigest()


rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(-(2**63), 2**63 - 1),
            "count": st.none() | st.integers(-(2**31), 2**31 - 1),
            "name": st.none() | st.text(max_size=5),
            "flag": st.none() | st.booleans(),
            "outcome": st.sampled_from([None, "pay", "hold", "refuse"]),
            "reasons": st.lists(st.sampled_from(["a", "b.c"]), max_size=2),
        }
    ),
    unique_by=lambda row: row["id"],
    max_size=8,
)


@given(rows, st.integers(0, 100))
def test_order_and_chunks_do_not_matter(rows: list[dict[str, object]], seed: int) -> None:
    frame = things(*rows)
    parts = list(frame.sample(fraction=1, shuffle=True, seed=seed).iter_slices(3))
    again = pl.concat(parts, rechunk=False) if parts else frame
    assert frame_digest(again, SCHEMA) == frame_digest(frame, SCHEMA)
