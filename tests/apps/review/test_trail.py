"""The audit.csv of ODK Collect: rows that make no sense first."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.review.trail import ROWS_MAX, Trail, read_trail

HEAD = "event,node,start,end,latitude,longitude,accuracy\n"
START = 1_773_165_600_000  # 2026-03-10 18:00 UTC


def trail(*rows: str) -> Trail:
    return read_trail(io.BytesIO((HEAD + "\n".join(rows)).encode()))


@pytest.mark.parametrize(
    "row",
    ["question,/a,x,y,15,-90,5", "question,/a,,,15,-90,5", "question,/a,-5,,,,", "question,/a,nan,,,,", '"'],
)
def test_a_row_that_makes_no_sense_is_left_out_and_told(row: str) -> None:
    found = trail(row, f"question,/b,{START},{START + 2000},15,-90,5")
    assert not found.is_whole or row == '"'
    assert len(found.asked) <= 1


@pytest.mark.parametrize("place", ["95,-90", "15,-200", "x,-90", "inf,1"])
def test_a_place_off_the_earth_is_no_step(place: str) -> None:
    assert trail(f"location tracking,,{START},,{place},5").steps == ()


def test_too_many_rows_are_not_all_read() -> None:
    found = trail(*[f"question,/a,{START},{START + 1},,,"] * (ROWS_MAX + 1))
    assert not found.is_whole
    assert found.asked[0].visits == ROWS_MAX


@given(st.binary(max_size=500))
def test_no_bytes_raise(data: bytes) -> None:
    read_trail(io.BytesIO(HEAD.encode() + data))
    read_trail(io.BytesIO(data))


def test_the_way_and_the_time_of_each_question() -> None:
    found = trail(
        f"form start,,{START},,,,",
        f"question,/v/due,{START},{START + 4000},15.00,-90.00,6.5",
        f"question,/v/done,{START + 5000},{START + 6000},15.01,-90.00,6.5",
        f"question,/v/due,{START + 7000},{START + 8000},15.01,-90.00,6.5",
    )
    assert [(each.node, each.seconds, each.visits) for each in found.asked] == [
        ("/v/due", 5, 2),
        ("/v/done", 1, 1),
    ]
    assert [(step.lon, step.lat) for step in found.steps] == [(-90.0, 15.0), (-90.0, 15.01)]
    assert found.steps[0].at == datetime(2026, 3, 10, 18, tzinfo=UTC)
    assert (found.seconds, found.is_whole) == (6, True)
