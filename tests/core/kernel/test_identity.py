"""Ids that are made again from what they identify."""

import hashlib
from datetime import date
from uuid import UUID

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.identity import near_month, row_ids

texts = st.lists(
    st.tuples(
        st.text(alphabet=st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])),
        st.integers(-(2**63), 2**63 - 1),
    ),
    max_size=20,
)


def ids(rows: list[tuple[str, int]], purpose: str = "test") -> list[str]:
    return row_ids(
        purpose,
        pl.Series([a for a, _ in rows], dtype=pl.String),
        pl.Series([b for _, b in rows], dtype=pl.Int64),
    ).to_list()


@given(texts)
def test_the_same_rows_have_the_same_ids_and_others_have_others(rows: list[tuple[str, int]]) -> None:
    made = ids(rows)
    assert made == ids(rows)
    assert len(set(made)) == len(set(rows))
    assert made[::-1] == ids(rows[::-1])
    assert not set(made) & set(ids(rows, "another purpose"))


def test_it_is_a_uuid_that_anyone_can_make_again() -> None:
    made = row_ids(
        "claim", pl.Series(["ca"]), pl.Series([date(2026, 3, 1)]), pl.Series([None], dtype=pl.Int64)
    ).item()
    digest = hashlib.sha256(b"claim\x1fca\x1f2026-03-01\x1f").hexdigest()
    read = UUID(made)
    assert read.version == 8
    assert read.variant == "specified in RFC 4122"
    assert made.replace("-", "")[:12] == digest[:12]
    assert made[-12:] == digest[20:32]


def test_people_of_a_month_stand_in_their_order() -> None:
    people = pl.Series([1, 255, 70_000, 2**32 - 1])
    months = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    made = [row_ids("claim", people, people, near=near_month(month, people)).to_list() for month in months]
    in_order = [each for ids_of_month in made for each in ids_of_month]
    assert in_order == sorted(in_order)
    assert {UUID(each).version for each in in_order} == {8}
    assert made[0] != row_ids("payment", people, people, near=near_month(months[0], people)).to_list()
