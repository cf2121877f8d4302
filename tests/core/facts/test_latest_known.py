from tests.core.facts.evidence import facts_of, record


def test_a_count_holds_and_ages_until_the_next() -> None:
    counts = [record("survival", month="2025-11", alive=90), record("survival", month="2026-01", alive=70)]
    facts = facts_of(*counts)
    assert (facts["survival_sampled"], facts["survival_alive"], facts["survival_age_months"]) == (100, 70, 2)


def test_a_count_of_a_later_month_is_not_known_yet() -> None:
    facts = facts_of(
        record("survival", month="2026-02", alive=90), record("survival", month="2026-04", alive=1)
    )
    assert (facts["survival_alive"], facts["survival_age_months"]) == (90, 1)


def test_the_month_decides_before_the_day_of_observation() -> None:
    late_for_january = record("survival", month="2026-01", at="2026-03-01", alive=1)
    assert facts_of(record("survival", month="2026-02", alive=90), late_for_january)["survival_alive"] == 90


def test_the_latest_check_of_the_land_counts_whole() -> None:
    checks = [
        record("land_check", month="2025-06", forest_m2=400, possession=True),
        record("land_check", month="2026-02", forest_m2=0, possession=False),
    ]
    facts = facts_of(*checks)
    assert (facts["forest_m2"], facts["possession"]) == (0, False)


def test_proof_of_life_ages_by_the_calendar() -> None:
    assert facts_of(record("proof_of_life", month="2024-12"))["life_age_months"] == 15
    assert facts_of(record("proof_of_life"))["life_age_months"] == 0
