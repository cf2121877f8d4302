"""Frames to and from the database: nothing is lost, split in the wrong place, or half-read."""

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.core.kernel.frames import Column, FrameError, FrameSchema
from ceiba.frames import postgres
from ceiba.frames.binary import Columns
from ceiba.frames.postgres import analyze, copy_blocks, copy_frame, create_temp, execute, read_frame

pytestmark = pytest.mark.django_db

KINDS = FrameSchema(
    "kinds",
    (
        Column("id", pl.Int64),
        Column("text", pl.String, nullable=True),
        Column("flag", pl.Boolean, nullable=True),
        Column("day", pl.Date, nullable=True),
        Column("number", pl.Float64, nullable=True),
        Column("count", pl.Int32, nullable=True),
        Column("data", pl.Binary, nullable=True),
    ),
)
READ = "SELECT id, text, flag, day, number, count, data FROM kinds ORDER BY id"

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none()
            | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")),
            "flag": st.none() | st.booleans(),
            "day": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
            "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "count": st.none() | st.integers(-(2**31), 2**31 - 1),
            "data": st.none() | st.binary(max_size=20),
        }
    ),
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(rows=ROWS, block=st.integers(1, 12))
def test_what_is_written_is_read_back_whatever_the_blocks(rows: list[dict[str, object]], block: int) -> None:
    frame = pl.DataFrame([{"id": n, **row} for n, row in enumerate(rows)], schema=KINDS.dtypes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres, "READ_ROWS", block)
        patch.setattr(postgres, "WRITE_ROWS", block)
        create_temp("kinds", KINDS)
        assert copy_frame(frame, "kinds") == frame.height
        assert read_frame(READ, {}, KINDS).equals(frame)


HASHES = FrameSchema(
    "hashes",
    (
        Column("id", pl.Int64),
        Column("level", pl.Int16, nullable=True),
        Column("count", pl.Int32, nullable=True),
        Column("text", pl.String, nullable=True),
        Column("hash", pl.Binary, nullable=True),
    ),
)
HASHED = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**15), 2**15 - 1),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none()
        | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=9),
        st.none() | st.binary(min_size=3, max_size=3),
    ),
    max_size=20,
)


def columns_of(rows: pl.DataFrame) -> Columns:
    plain = {
        "id": rows["id"].to_numpy(),
        "level": rows["level"].fill_null(0).to_numpy(),
        "count": rows["count"].fill_null(0).to_numpy(),
        "text": np.array([text.encode() for text in rows["text"].fill_null("")], bytes),
        "hash": np.frombuffer(b"".join(rows["hash"].fill_null(b"\0\0\0")), "V3"),
    }
    return {
        name: np.ma.masked_array(values, rows[name].is_null().to_numpy()) for name, values in plain.items()
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows=HASHED, block=st.integers(1, 7))
def test_blocks_in_binary_are_read_back(rows: list[tuple[object, ...]], block: int) -> None:
    """Also nulls, empty texts, and bytes that end in zeros."""
    frame = pl.DataFrame([(n, *row) for n, row in enumerate(rows)], schema=dict(HASHES.dtypes), orient="row")
    create_temp("hashes", HASHES)
    copy_blocks(map(columns_of, frame.iter_slices(block) if frame.height else ()), "hashes")
    read = read_frame('SELECT id, level, "count", text, hash FROM hashes ORDER BY id', {}, HASHES)
    assert read.rows() == frame.rows()


def test_a_block_that_is_refused_takes_those_before_it_along() -> None:
    execute("CREATE TEMP TABLE few (id bigint PRIMARY KEY, size smallint)")
    twice = [{"id": np.array([1, 2])}, {"id": np.array([3, 1])}]
    with pytest.raises(DatabaseError, match="duplicate"), transaction.atomic():
        copy_blocks(twice, "few")
    with pytest.raises(DatabaseError, match="incorrect binary data"), transaction.atomic():
        copy_blocks([{"id": np.array([1]), "size": np.array([1])}], "few")
    copy_blocks([{"id": np.array([1])}], "few")
    assert read_frame("SELECT id FROM few", {}, FrameSchema("few", (Column("id", pl.Int64),)))[
        "id"
    ].to_list() == [1]


def test_what_is_drawn_of_each_block_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "READ_ROWS", 3)
    schema, heights = FrameSchema("numbers", (Column("n", pl.Int64),)), []

    def drawn(block: pl.DataFrame) -> pl.DataFrame:
        heights.append(block.height)
        return block.select(twice=pl.col("n") * 2)

    query = "SELECT n FROM generate_series(1, 7) n WHERE n > %(after)s ORDER BY n"
    assert read_frame(query, {"after": 0}, schema, drawn)["twice"].to_list() == [2, 4, 6, 8, 10, 12, 14]
    assert sorted(heights) == [0, 1, 3, 3]
    assert read_frame(query, {"after": 7}, schema, drawn).columns == ["twice"]


def test_times_and_lists_are_read_back() -> None:
    schema = FrameSchema(
        "times", (Column("at", pl.Datetime("us", "UTC")), Column("reasons", pl.List(pl.String)))
    )
    at = datetime(2026, 3, 1, 6, 30, 15, 250, tzinfo=UTC)
    read = read_frame("SELECT %(at)s::timestamptz AS at, %(reasons)s::text[] AS reasons",
                      {"at": at, "reasons": ["plan.share", "documents"]}, schema)  # fmt: skip
    assert read.rows() == [(at, ["plan.share", "documents"])]


def test_no_rows_are_a_frame_of_the_schema() -> None:
    create_temp("kinds", KINDS)
    assert read_frame(READ, {}, KINDS).equals(KINDS.empty())


def test_a_query_without_a_column_is_a_defect_said_by_name() -> None:
    create_temp("kinds", KINDS)
    for row in ("", "INSERT INTO kinds (id) VALUES (1)"):
        if row:
            execute(row)
        with pytest.raises(FrameError, match="text: missing"):
            read_frame("SELECT id FROM kinds", {}, KINDS)


def test_an_error_half_way_is_raised_and_leaves_the_connection_whole() -> None:
    number = FrameSchema("numbers", (Column("n", pl.Int64),))
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        read_frame("SELECT 1 / (500000 - n) AS n FROM generate_series(1, 600000) n", {}, number)
    assert read_frame("SELECT 7 AS n", {}, number)["n"].to_list() == [7]


def test_a_reader_that_gives_up_leaves_the_connection_whole() -> None:
    words = FrameSchema("numbers", (Column("n", pl.Int64),))
    with pytest.raises(pl.exceptions.PolarsError), transaction.atomic():
        read_frame(
            "SELECT CASE n WHEN 3 THEN 'three' ELSE '1' END AS n FROM generate_series(1, 400000) n", {}, words
        )
    assert read_frame("SELECT 7 AS n", {}, words)["n"].to_list() == [7]


def test_a_refused_row_writes_none() -> None:
    create_temp("kinds", KINDS)
    execute("ALTER TABLE kinds ADD CHECK (count < 10)")
    frame = pl.DataFrame({"id": range(20), "count": range(20)}, schema={"id": pl.Int64, "count": pl.Int32})
    with pytest.raises(DatabaseError, match="violates check"), transaction.atomic():
        copy_frame(frame, "kinds")
    assert read_frame(READ, {}, KINDS).is_empty()


def test_analyze_tells_the_planner() -> None:
    create_temp("kinds", KINDS)
    copy_frame(pl.DataFrame({"id": range(30)}, schema={"id": pl.Int64}), "kinds")
    analyze("kinds")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::int FROM pg_class WHERE relname = 'kinds' ORDER BY oid DESC LIMIT 1"
        )
        assert cursor.fetchone() == (30,)
