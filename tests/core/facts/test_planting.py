from tests.core.facts.evidence import facts_of, people, record


def test_plants_of_other_months_are_added_up() -> None:
    facts = facts_of(record("planting", month="2026-01"), record("planting", plants=50))
    assert facts["plants_planted"] == 350


def test_plants_of_later_months_are_not() -> None:
    assert facts_of(record("planting", month="2026-04"))["plants_planted"] is None


def test_plants_from_before_becoming_active_are_not() -> None:
    """Two whole months, February and March: the person became active in January, on its first day or later."""
    twice = people(1, enrolled_months=2)
    planted = [
        record("planting", month=m, plants=n) for m, n in (("2025-12", 500), ("2026-01", 20), ("2026-02", 3))
    ]
    assert facts_of(*planted, register=twice)["plants_planted"] == 23


def test_an_absurd_sum_stays_within_the_bound_of_the_fact() -> None:
    many = [record("planting", key=f"k{i}", plants=100_000) for i in range(101)]
    assert facts_of(*many)["plants_planted"] == 10_000_000
