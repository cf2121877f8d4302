"""Months of service from determinations alone."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.month import Month
from ceiba.core.service_record import DECIDED, RECORD, breaks, record_extended, record_of
from tests.core.helpers import day, frame

FIRST = Month(2026, 1)


def decided(**people: str) -> pl.DataFrame:
    """`p1="AH-A"`: person 1's months from January 2026 on; a small letter: a rule of the month excuses it."""
    words = {"A": "pay", "H": "hold", "R": "refuse"}
    return frame(
        DECIDED,
        *(
            {
                "participant_id": int(name[1:]),
                "month": (FIRST + i).first_day,
                "outcome": words[mark.upper()],
                "excused": mark.islower(),
            }
            for name, marks in people.items()
            for i, mark in enumerate(marks)
            if mark != "-"
        ),
    )


def counts(marks: str) -> tuple[int, int, int, int]:
    row = record_of(decided(p1=marks)).row(0, named=True)
    return (
        row["months_decided"],
        row["months_accepted"],
        row["months_missed_running"],
        row["break_months_longest"],
    )


def test_held_and_refused_months_are_not_accepted() -> None:
    assert counts("HRH") == (3, 0, 3, 0)


def test_what_is_counted() -> None:
    assert counts("A") == (1, 1, 0, 0)
    assert counts("AHRA--AH") == (6, 3, 1, 2)
    assert counts("HA--R") == (3, 1, 1, 0)  # a break ends with an accepted month


def test_an_excused_month_is_decided_and_not_accepted_and_is_not_one_more_in_a_row() -> None:
    assert counts("Ahr") == (3, 1, 0, 0)
    assert counts("AHhH") == (4, 1, 2, 0)
    assert counts("AhrA") == (4, 2, 0, 2)  # a break it is, and how much of it is excused is asked apart
    assert record_of(decided(p1="Aah"))["marks"].to_list() == ["AAh"]


def test_what_is_excused_is_left_out_of_breaks_and_runs() -> None:
    def of(marks: str) -> tuple[int, int, int]:
        return breaks(record_of(decided(p1=marks))).row(0)[1:]

    assert of("AAHHA") == (0, 2, 2)
    assert of("AAhhA") == (2, 0, 3)
    assert of("AAHhH-A") == (1, 3, 2)  # not active excuses nothing: nothing was decided then
    assert of("hhAA") == (2, 0, 2)
    assert of("HHRR") == (0, 0, 0)


def test_months_not_active_between_are_kept_as_such() -> None:
    row = record_of(decided(p1="A--A")).row(0, named=True)
    assert (row["marks"], row["first_month"], row["last_month"]) == ("A--A", day("2026-01"), day("2026-04"))


def test_a_revised_month_changes_its_mark_alone() -> None:
    before = record_of(decided(p1="AHA", p2="AAA"))
    revision = frame(
        DECIDED, {"participant_id": 1, "month": day("2026-02"), "outcome": "pay", "excused": False}
    )
    after = record_extended(before.select(RECORD.names), revision, Month(2026, 4))
    assert after.sort("participant_id")["marks"].to_list() == ["AAA", "AAA"]
    assert after["months_accepted"].to_list() == [3, 3]


marks = st.text("AHRhr-", min_size=1, max_size=14)


@given(st.dictionaries(st.sampled_from(["p1", "p2", "p3"]), marks, min_size=1))
def test_extending_month_by_month_equals_counting_all_at_once(people: dict[str, str]) -> None:
    all_months = decided(**people)
    record = RECORD.empty()
    for step in range(14):
        month = FIRST + step
        rows = all_months.filter(pl.col("month") == month.first_day)
        record = record_extended(record, rows, month).select(RECORD.names)
    assert record.equals(record_of(all_months).select(RECORD.names))


@given(marks)
def test_excused_months_never_make_a_break_longer(text: str) -> None:
    record = record_of(decided(p1=text))
    if record.height:
        found = breaks(record).row(0, named=True)
        assert found["break_months_unexcused"] <= record["break_months_longest"][0]
        assert found["months_accepted_in_a_row"] <= record["months_accepted"][0]
        assert found["months_excused"] == text.count("h") + text.count("r")


@given(marks, marks)
def test_revising_every_month_gives_the_record_of_the_revised(first: str, then: str) -> None:
    """Months decided twice count as decided last."""
    length = min(len(first), len(then))
    then = "".join(
        t if f != "-" else "-" for f, t in zip(first[:length], then[:length].replace("-", "R"), strict=True)
    )
    original, revised = decided(p1=first[:length]), decided(p1=then)
    if original.height == 0:
        return
    record = record_of(original).select(RECORD.names)
    again = record_extended(record, revised, FIRST + 14)
    assert again.equals(record_of(revised))
