from datetime import date

from tests.core.facts.evidence import facts_of, record

RECEIPT = record("list_receipt", area="GT-01", list="sanctions")


def test_none_is_known_only_from_a_complete_list() -> None:
    assert facts_of()["sanctions"] is None
    assert facts_of(RECEIPT)["sanctions"] == 0
    assert facts_of(RECEIPT | {"list": "deaths"})["sanctions"] is None


def test_sanctions_in_force_are_counted_with_or_without_the_list() -> None:
    two = [
        record("sanction", key="a", month="2025-11"),
        record("sanction", key="b", until=date(2026, 12, 31)),
    ]
    assert facts_of(*two)["sanctions"] == 2
    assert facts_of(*two, RECEIPT)["sanctions"] == 2


def test_a_sanction_is_in_force_until_the_month_of_its_end() -> None:
    ends_in_march = record("sanction", month="2026-01", until=date(2026, 3, 1))
    assert facts_of(ends_in_march, RECEIPT)["sanctions"] == 1
    ended_in_february = record("sanction", month="2026-01", until=date(2026, 2, 28))
    assert facts_of(ended_in_february, RECEIPT)["sanctions"] == 0


def test_a_sanction_of_a_later_month_is_not_in_force() -> None:
    assert facts_of(record("sanction", month="2026-04"), RECEIPT)["sanctions"] == 0


def test_an_appeal_that_was_won_lifts_the_sanction() -> None:
    lifted = record("sanction", key="b", corrects="a", until=date(2026, 2, 1))
    assert facts_of(record("sanction", key="a"), lifted, RECEIPT)["sanctions"] == 0
