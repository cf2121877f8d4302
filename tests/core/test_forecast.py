"""What coming months will cost, by the real rulebook of Central America."""

from pathlib import Path
from typing import Any

import polars as pl

from ceiba.core.forecast import NEED, facts_needed, needed
from ceiba.core.kernel.month import Month, month_range
from ceiba.core.rules.reading import read_rulebook

FOLDER = Path(__file__).parents[2] / "programmes"
BOOK = read_rulebook({path.name: path.read_bytes() for path in (FOLDER / "ca").glob("*.toml")})
DECIDED = Month(2026, 10)
AHEAD = list(month_range(DECIDED + 1, DECIDED + 6))
SCHEMA = {
    "participant_id": pl.Int64, "area": pl.String, "country": pl.String, "variant": pl.String,
    "enrolled_months": pl.Int32, "months_accepted": pl.Int32,
}  # fmt: skip


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {
        "area": "GT-1301",
        "country": "GT",
        "variant": "us36",
        "enrolled_months": 10,
        "months_accepted": 9,
    }
    return pl.DataFrame([{"participant_id": i} | usual | row for i, row in enumerate(rows)], SCHEMA)


def paid(*rows: dict[str, Any]) -> list[int]:
    """People paid for in each of the months ahead."""
    need = needed(facts(*rows), BOOK, DECIDED, AHEAD)
    months = need.group_by("month").agg(pl.sum("people"))
    found = dict(months.rows())
    return [found.get(month.first_day, 0) for month in AHEAD]


def test_nobody_is_paid_beyond_their_term() -> None:
    assert paid({"enrolled_months": 36, "months_accepted": 36}) == [0] * 6
    assert paid({"enrolled_months": 36, "months_accepted": 33}) == [1, 1, 0, 0, 0, 0]
    assert paid({"variant": "amexcid", "enrolled_months": 6, "months_accepted": 6}) == [1, 1, 0, 0, 0, 0]


def test_the_rulebooks_amount_of_everybody_active_by_place_and_variant() -> None:
    need = needed(facts({}, {}, {"area": "HN-LE", "country": "HN"}), BOOK, DECIDED, AHEAD[:1])
    assert need.rows() == [
        (AHEAD[0].first_day, "GT-1301", "us36", "support", 2, 50_000),
        (AHEAD[0].first_day, "HN-LE", "us36", "support", 1, 25_000),
    ]


def test_what_is_not_known_ends_nothing() -> None:
    assert paid({"enrolled_months": None, "months_accepted": None}) == [1] * 6


def test_nobody_no_need() -> None:
    assert needed(facts(), BOOK, DECIDED, AHEAD).equals(NEED.empty())


def test_it_reads_the_facts_that_amounts_are_made_of() -> None:
    assert facts_needed(BOOK, AHEAD) == ["country", "enrolled_months", "months_accepted", "variant"]
    pes = read_rulebook({path.name: path.read_bytes() for path in (FOLDER / "pes").glob("*.toml")})
    assert "plot_measured_m2" in facts_needed(pes, AHEAD)
