"""Results by year: whose months count, what is told of few people, and how land and trees are said."""

from datetime import date
from decimal import Decimal

import polars as pl

from ceiba.core.iati.results import PAID_YEARS, STANDING, WORKED, achieved, worked_years
from tests.core.iati.knowledge import LEAST, frame

LAST = date(2026, 3, 31)
NOBODY = WORKED.empty()


def of(worked: pl.DataFrame = NOBODY, standing: pl.DataFrame | None = None) -> dict[str, dict[str, object]]:
    made = achieved(worked, STANDING.empty() if standing is None else standing, LAST, LEAST)
    return {row["indicator"]: row for row in made.rows(named=True)}


def people(count: int, **other: int | None) -> pl.DataFrame:
    values = {
        "planted": 2_000,
        "sampled": 50,
        "alive": 40,
        "year": 2026,
        "measured_m2": 10_000,
        "shared_m2": 0,
    } | other
    return frame(STANDING, [(person, *values.values()) for person in range(count)])


def test_fewer_than_five_people_are_not_told_of() -> None:
    four = frame(WORKED, [(person, 2026, 3, True) for person in range(4)])
    told = of(four, people(4))
    assert told["people_paid"]["actual"] is told["months_accepted"]["actual"] is None
    assert told["hectares_measured"]["actual"] is None
    assert "trees_alive" not in told


def test_counts_are_rounded_as_outsiders_are_told_them() -> None:
    told = of(frame(WORKED, [(person, 2026, 3, person != 0) for person in range(8)]))
    assert told["people_paid"]["actual"] == 5  # of 7
    assert told["months_accepted"]["actual"] == 25  # of 24


def test_land_that_others_registered_too_is_said_when_enough_people_have_it() -> None:
    assert of(standing=people(6))["hectares_measured"]["comment_en"] is None
    told = of(standing=people(6, shared_m2=500))["hectares_measured"]
    assert told["actual"] == Decimal("6.00")
    assert told["comment_en"] == "Of these, 0.3 are registered by somebody else too."


def test_trees_are_told_with_their_interval_and_from_how_many_counts() -> None:
    some = pl.concat([people(6), people(6, alive=20).with_columns(pl.col("participant_id") + 100)])
    told = of(standing=some)["trees_alive"]
    assert told["actual"] == 12 * 2_000 * 0.6
    assert told["comment_en"].startswith("Between 11,"), told
    assert told["comment_en"].endswith("from counts of 10 people or more.")
    assert "trees_alive" not in of(standing=people(9, sampled=None, alive=None))


def test_a_year_ends_with_the_last_month_decided() -> None:
    told = of(frame(WORKED, [(person, year, 1, True) for person in range(5) for year in (2025, 2026)]))
    assert told["people_paid"]["end"] == LAST


def test_months_of_a_record_fall_into_their_years() -> None:
    """Marks from November 2024 on: two months of 2024, a whole 2025 with one held, three of 2026."""
    marks = "AA" + "AAAHAAAAAAAA" + "-RA"
    records = pl.DataFrame(
        {
            "participant_id": [1, 2],
            "first_month": [date(2024, 11, 1), date(2026, 2, 1)],
            "marks": [marks, "H"],
        }
    )
    paid = frame(PAID_YEARS, [(1, 2025), (3, 2026)])
    assert worked_years(records, paid, [2023, 2024, 2025, 2026], "A").rows() == [
        (1, 2024, 2, False),
        (1, 2025, 11, True),
        (1, 2026, 1, False),
        (3, 2026, 0, True),
    ]
