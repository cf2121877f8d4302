from datetime import date
from typing import Any

from tests.core.facts.evidence import facts_of, record


def said(*records: dict[str, Any]) -> tuple[str | None, int | None]:
    facts = facts_of(*records)
    return facts["absence"], facts["absence_age_months"]


def test_what_nobody_attests_in_writing_excuses_nothing() -> None:
    assert said(record("absence", documented=False)) == (None, None)
    assert said() == (None, None)


def test_it_holds_from_the_month_it_began_in_until_the_month_it_ends_in() -> None:
    began_in_january = record("absence", month="2026-01", until=date(2026, 3, 1))
    assert said(began_in_january) == ("illness", 2)
    assert said(record("absence", month="2026-01", until=date(2026, 2, 28))) == (None, None)
    assert said(record("absence", month="2026-04", until=date(2026, 5, 1))) == (None, None)
    assert said(record("absence")) == ("illness", 0)
    assert said(record("absence", month="2026-02")) == (None, None)  # without an end: its own month only


def test_the_one_that_began_last_is_told() -> None:
    long = record("absence", month="2025-11", until=date(2026, 6, 30))
    assert said(long, record("absence", cause="disaster")) == ("disaster", 0)


def test_a_correction_without_a_paper_withdraws_it() -> None:
    withdrawn = record("absence", key="b", corrects="a", documented=False)
    assert said(record("absence", key="a"), withdrawn) == (None, None)
