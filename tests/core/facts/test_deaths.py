from datetime import date

import pytest

from tests.core.facts.evidence import facts_of, people, record

RECEIPT = record("list_receipt", area="GT-01")


def test_a_missing_list_says_nothing_of_anybody() -> None:
    assert facts_of()["deceased"] is None


def test_a_complete_list_without_the_person_says_alive() -> None:
    assert facts_of(RECEIPT)["deceased"] is False


@pytest.mark.parametrize("area", ["GT-02", "HN", "GT-010101"])
def test_the_list_of_another_area_says_nothing(area: str) -> None:
    assert facts_of(RECEIPT | {"area": area})["deceased"] is None


def test_the_list_of_another_month_says_nothing() -> None:
    assert facts_of(record("list_receipt", month="2026-02"))["deceased"] is None


def test_the_list_of_sanctions_says_nothing_of_deaths() -> None:
    assert facts_of(RECEIPT | {"list": "sanctions"})["deceased"] is None


def test_a_notice_says_deceased_with_or_without_the_list() -> None:
    notice = record("death", died_on=date(2026, 3, 31))
    assert facts_of(notice)["deceased"] is True
    assert facts_of(notice, RECEIPT)["deceased"] is True


def test_an_earlier_notice_stays_and_a_later_month_tells_of_this_one() -> None:
    assert facts_of(record("death", month="2025-05", died_on=date(2025, 5, 1)), RECEIPT)["deceased"] is True
    told_in_april = record("death", month="2026-04", at="2026-04-02", died_on=date(2026, 3, 28))
    assert facts_of(told_in_april, RECEIPT)["deceased"] is True


def test_who_died_after_the_month_was_alive_in_it() -> None:
    assert facts_of(record("death", died_on=date(2026, 4, 1)), RECEIPT)["deceased"] is False


def test_a_notice_withdrawn_by_a_correction_without_a_date_no_longer_counts() -> None:
    notice = record("death", key="a")
    withdrawn = record("death", key="b", corrects="a", died_on=None)
    assert facts_of(notice, withdrawn, RECEIPT)["deceased"] is False
    assert facts_of(notice, withdrawn)["deceased"] is None


def test_a_list_covers_all_areas_below_its_own() -> None:
    everywhere = RECEIPT | {"area": "GT"}
    assert facts_of(everywhere, register=people(1, area="GT-0205"))["deceased"] is False
