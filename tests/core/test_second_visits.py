"""Second visits: who must not go first; then that anybody finds the same draw; then what two counts say."""

from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.month import Month
from ceiba.core.second_visits import (
    PAIRS,
    PORTFOLIOS,
    TECHNICIANS,
    VISITS,
    agreement,
    assign,
    draw,
    lot_of,
    seed_of,
)

SEED = seed_of("ab" * 32, "ca", Month(2026, 3))
NAMES = st.lists(st.uuids().map(lambda u: f"uuid:{u}"), unique=True, max_size=60)


def visits(names: list[str], technician: str = "A") -> pl.DataFrame:
    rows = [(i, name, i, "GT-1301", "GT-13", technician) for i, name in enumerate(names)]
    return pl.DataFrame(rows, schema=dict(VISITS.dtypes), orient="row")


def technicians(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(code, area, area[:5]) for code, area in rows], schema=dict(TECHNICIANS.dtypes), orient="row"
    )


def portfolios(*rows: tuple[int, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(PORTFOLIOS.dtypes), orient="row")


@given(NAMES, st.integers(0, 100))
def test_an_auditor_finds_the_same_draw_in_a_few_lines(names: list[str], percent: int) -> None:
    keys = sorted(names)
    lot = SEED + sha256("\n".join(keys).encode()).hexdigest()
    keys.sort(key=lambda key: sha256((lot + key).encode()).digest())
    drawn = keys[: -(-len(keys) * percent // 100)]
    assert draw(visits(names), percent, lot_of(SEED, visits(names)))["key"].to_list() == drawn


def test_who_makes_up_a_key_cannot_know_whether_it_is_drawn() -> None:
    """With the seed alone a client could try keys until one is not drawn; one key of another phone moves them all."""
    names = [f"uuid:{i}" for i in range(200)]
    before, after = (set(drawn_of(some)) for some in (names, [*names, "uuid:of-another-phone"]))
    assert len(before & after) < 20, "of 40: as many as chance lets stay"


def drawn_of(names: list[str]) -> list[str]:
    return draw(visits(names), 20, lot_of(SEED, visits(names)))["key"].to_list()


@given(NAMES, st.randoms())
def test_the_order_of_the_visits_does_not_matter(names: list[str], random: Any) -> None:
    mixed = list(names)
    random.shuffle(mixed)
    assert drawn_of(names) == drawn_of(mixed)


@pytest.mark.parametrize(
    "other",
    [
        seed_of("ab" * 32, "ca", Month(2026, 4)),
        seed_of("ab" * 32, "mx", Month(2026, 3)),
        seed_of("cd" * 32, "ca", Month(2026, 3)),
    ],
)
def test_another_month_programme_or_seal_draws_others(other: str) -> None:
    names = [f"uuid:{i}" for i in range(200)]
    assert set(draw(visits(names), 10, SEED)["key"]) != set(draw(visits(names), 10, other)["key"])


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_that_is_none_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        draw(visits([]), percent, SEED)


def test_neither_who_made_it_nor_who_looks_after_the_person_goes() -> None:
    able = technicians(("A", "GT-1301"), ("B", "GT-1301"), ("C", "GT-1401"))
    found = assign(visits(["x"]), able, portfolios((0, "A"), (0, "B")), SEED)
    assert found["technician"].to_list() == [None]


def test_one_of_the_municipality_goes_before_a_neighbour() -> None:
    able = technicians(("A", "GT-1301"), ("B", "GT-1302"), ("C", "GT-1301"), ("D", "GT-1302"))
    names = [f"uuid:{i}" for i in range(30)]
    assert set(assign(visits(names), able, portfolios(), SEED)["technician"]) == {"C"}
    far = assign(visits(names), able.filter(pl.col("technician") != "C"), portfolios(), SEED)
    assert set(far["technician"]) == {"B", "D"}


def test_the_work_is_spread() -> None:
    able = technicians(*((f"T{i}", "GT-1301") for i in range(4)))
    goes = assign(visits([f"uuid:{i}" for i in range(400)]), able, portfolios(), SEED)["technician"]
    assert goes.value_counts()["count"].min() > 60


def pairs(*rows: tuple[str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(PAIRS.dtypes), orient="row")


def test_one_visit_has_no_interval_of_a_difference() -> None:
    (row,) = agreement(pairs(("A", 9, 4))).iter_rows(named=True)
    assert (row["n"], row["agreeing"], row["difference"]) == (1, 0, 5.0)
    assert row["difference_low"] is None
    assert row["small"] is True


def test_wilson_and_student_as_tables_have_them() -> None:
    rows = [("A", 8, 8)] * 18 + [("A", 8, 4)] * 2
    (row,) = agreement(pairs(*rows)).iter_rows(named=True)
    assert (row["n"], row["agreeing"], row["small"]) == (20, 18, False)
    # R: prop.test(18, 20, correct = FALSE)$conf.int
    assert (row["share_low"], row["share_high"]) == (
        pytest.approx(0.69897, abs=1e-4),
        pytest.approx(0.97213, abs=1e-4),
    )
    # 0.4 +- t(0.975, 19) * 1.2312 / sqrt(20)
    assert row["difference_low"] == pytest.approx(0.4 - 2.093024 * 1.231174 / 20**0.5, abs=1e-4)


def test_the_tolerance_is_counted_in() -> None:
    (row,) = agreement(pairs(("A", 8, 7), ("A", 8, 6)), tolerance=1).iter_rows(named=True)
    assert row["agreeing"] == 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=40))
def test_intervals_hold_their_estimate(counted: list[tuple[int, int]]) -> None:
    (row,) = agreement(pairs(*(("A", *two) for two in counted))).iter_rows(named=True)
    share = row["agreeing"] / row["n"]
    assert 0 <= row["share_low"] <= share + 1e-9 and share - 1e-9 <= row["share_high"] <= 1
    if row["n"] > 1:
        assert row["difference_low"] <= row["difference"] + 1e-9 <= row["difference_high"] + 2e-9


def test_nothing_gives_nothing() -> None:
    assert agreement(PAIRS.empty()).is_empty()
    assert draw(VISITS.empty(), 5, SEED).is_empty()
    assert assign(VISITS.empty(), TECHNICIANS.empty(), PORTFOLIOS.empty(), SEED).is_empty()
