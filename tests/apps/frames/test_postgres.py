"""Frames to and from the database: nothing is lost, split in the wrong place, or half-read."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.core.kernel.frames import Column, FrameError, FrameSchema
from ceiba.frames import postgres
from ceiba.frames.postgres import analyze, copy_frame, create_temp, execute, read_frame

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
