"""Every line divided between agreements: what no share covers is refused, and parts add up to the cent."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.shares import LINES, PARTS, SHARES, divided, divided_as_far

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)


def lines(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {
        "component": "support", "for_month": MARCH, "amount_minor": 25_000, "area": "GT-1301", "variant": "us36",
    }  # fmt: skip
    made = [{"participant_id": i} | usual | row for i, row in enumerate(rows)]
    return pl.DataFrame(made, LINES.dtypes)


def shares(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {
        "area": "", "variant": "", "component": "", "from_month": date(2026, 1, 1), "until_month": None,
        "permille": 1_000,
    }  # fmt: skip
    return pl.DataFrame([usual | row for row in rows], SHARES.dtypes)


def paid(parts: pl.DataFrame) -> dict[str, int]:
    return dict(parts.group_by("agreement").agg(pl.sum("amount_minor")).sort("agreement").rows())


def problems(of: pl.DataFrame, by: pl.DataFrame) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(CeibaError) as refused:
        divided(of, by)
    assert refused.value.text("es")
    return [(p.code, p.where.item, p.where.month) for p in refused.value.problems]


def test_shares_that_do_not_add_up_are_refused() -> None:
    for permille in (999, 1):
        by = shares({"agreement": "US", "permille": permille})
        assert problems(lines({}), by) == [("shares.sum", "GT-13", "2026-03")]
    over = shares({"agreement": "US", "permille": 600}, {"agreement": "MX", "permille": 401})
    assert problems(lines({}), over) == [("shares.sum", "GT-13", "2026-03")]


def test_a_line_that_nobody_pays_is_refused() -> None:
    by = shares({"agreement": "US", "area": "GT-13", "component": "support", "until_month": MARCH})
    of = lines(
        {},
        {"area": "GT-1406"},
        {"component": "training"},
        {"for_month": APRIL},
        {"for_month": date(2025, 12, 1)},
    )
    assert problems(of, by) == [
        ("shares.none", "GT-13", "2025-12"),
        ("shares.none", "GT-13", "2026-04"),
        ("shares.none", "GT-13", "2026-03"),
        ("shares.none", "GT-14", "2026-03"),
    ]


def test_without_shares_every_line_is_refused() -> None:
    assert problems(lines({}), SHARES.empty()) == [("shares.none", "GT-13", "2026-03")]


def test_a_narrower_division_that_does_not_add_up_is_not_mended_by_a_wider_one() -> None:
    by = shares({"agreement": "US"}, {"agreement": "MX", "area": "GT-13", "permille": 400})
    assert problems(lines({}), by) == [("shares.sum", "GT-13", "2026-03")]
    assert paid(divided(lines({"area": "GT-1406"}), by)) == {"US": 25_000}


@pytest.mark.parametrize(
    ("line", "payer"),
    [
        ({"area": "HN-LE"}, "EVERYWHERE"),
        ({"area": "GT-1406"}, "COUNTRY"),
        ({"area": "GT-1301"}, "DEPARTMENT"),
        ({"area": "GT-1406", "variant": "amexcid"}, "VARIANT"),
        ({"area": "GT-1406", "component": "tools"}, "COMPONENT"),
        ({"area": "GT-1406", "variant": "amexcid", "component": "tools"}, "BOTH"),
        ({"area": "GT-1301", "variant": "amexcid", "component": "tools"}, "DEPARTMENT"),
    ],
)
def test_the_narrowest_pays_area_before_variant_before_component(line: dict[str, Any], payer: str) -> None:
    by = shares(
        {"agreement": "EVERYWHERE"},
        {"agreement": "COUNTRY", "area": "GT"},
        {"agreement": "DEPARTMENT", "area": "GT-13"},
        {"agreement": "VARIANT", "area": "GT", "variant": "amexcid"},
        {"agreement": "COMPONENT", "area": "GT", "component": "tools"},
        {"agreement": "BOTH", "area": "GT", "variant": "amexcid", "component": "tools"},
    )
    assert paid(divided(lines(line), by)) == {payer: 25_000}


def test_the_month_worked_for_says_who_pays() -> None:
    by = shares(
        {"agreement": "MX", "until_month": MARCH},
        {"agreement": "US", "from_month": APRIL},
    )
    of = lines({"amount_minor": 100}, {"for_month": APRIL, "amount_minor": 200})
    assert paid(divided(of, by)) == {"MX": 100, "US": 200}


def test_the_cent_that_is_left_goes_to_the_largest_remainder_then_by_code() -> None:
    by = shares(
        {"agreement": "C", "permille": 334},
        {"agreement": "B", "permille": 333},
        {"agreement": "A", "permille": 333},
    )
    assert paid(divided(lines({"amount_minor": 100}), by)) == {"A": 33, "B": 33, "C": 34}
    half = shares({"agreement": "B", "permille": 500}, {"agreement": "A", "permille": 500})
    assert paid(divided(lines({"amount_minor": 1}), half)) == {"A": 1}
    assert paid(divided(lines({"amount_minor": -1}), half)) == {"A": -1}


def test_no_line_no_part() -> None:
    assert divided(LINES.empty(), SHARES.empty()).equals(PARTS.empty())


def test_what_can_be_divided_is_told_beside_what_cannot() -> None:
    by = shares({"agreement": "US", "area": "GT-13"}, {"agreement": "MX", "area": "GT-14", "permille": 1})
    parts, wrong = divided_as_far(lines({}, {"area": "GT-1406"}, {"area": "HN-LE"}), by)
    assert paid(parts) == {"US": 25_000}
    assert [problem.code for problem in wrong] == ["shares.none", "shares.sum"]


@st.composite
def divisions(draw: st.DrawFn) -> pl.DataFrame:
    cuts = sorted(draw(st.sets(st.integers(1, 999), max_size=4)))
    sizes = [b - a for a, b in zip([0, *cuts], [*cuts, 1_000], strict=True)]
    return shares(*({"agreement": f"A{i}", "permille": size} for i, size in enumerate(sizes)))


amounts = st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=12)


@given(divisions(), amounts)
def test_parts_add_up_to_their_line_and_have_its_sign(by: pl.DataFrame, minor: list[int]) -> None:
    of = lines(*({"amount_minor": amount} for amount in minor))
    parts = divided(of, by)
    sums = parts.group_by("participant_id").agg(pl.sum("amount_minor")).sort("participant_id")
    assert sums["amount_minor"].to_list() == minor
    signs = parts.join(of, on="participant_id", suffix="_line")
    assert signs.filter(pl.col("amount_minor").sign() != pl.col("amount_minor_line").sign()).is_empty()


@given(divisions(), amounts)
def test_no_part_is_a_cent_away_from_its_share(by: pl.DataFrame, minor: list[int]) -> None:
    parts = divided(lines(*({"amount_minor": amount} for amount in minor)), by)
    permille = dict(by.select("agreement", "permille").rows())
    for person, agreement, amount in parts.select("participant_id", "agreement", "amount_minor").rows():
        assert abs(1_000 * amount - minor[person] * permille[agreement]) < 1_000


@given(divisions(), amounts, st.randoms(use_true_random=False))
def test_order_of_lines_and_shares_changes_nothing(by: pl.DataFrame, minor: list[int], random: Any) -> None:
    of = lines(*({"amount_minor": amount} for amount in minor))
    mixed = [frame[random.sample(range(frame.height), frame.height)] for frame in (of, by)]
    assert divided(*mixed).sort(PARTS.key).equals(divided(of, by).sort(PARTS.key))


@given(divisions(), amounts)
def test_a_line_taken_back_is_divided_as_it_was(by: pl.DataFrame, minor: list[int]) -> None:
    there = divided(lines(*({"amount_minor": amount} for amount in minor)), by)
    back = divided(lines(*({"amount_minor": -amount} for amount in minor)), by)
    assert back.with_columns(-pl.col("amount_minor")).equals(there)
