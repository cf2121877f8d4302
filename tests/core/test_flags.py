"""Flags: what must not be flagged first; then worked cases; then properties."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core import flags
from ceiba.core.flags.frames import COUNTS, FLAGS, PHOTOS, SIGHTINGS, STRANGERS, WORK
from ceiba.core.flags.places import distance_to_m

NOON = datetime(2026, 3, 10, 18, tzinfo=UTC)  # at 90 degrees west


def sightings(*rows: dict[str, Any]) -> pl.DataFrame:
    filled = [
        {"submission_id": i, "family": f"u{i}", "user_id": 1, "device_id": 1, "phone": None,
         "observed_at": NOON + timedelta(hours=i), "lon": -90.0, "lat": 15.0, "accuracy_m": 5.0} | row
        for i, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return pl.DataFrame(filled, schema=dict(SIGHTINGS.dtypes))


def photos(*rows: tuple[int, str, int | None], families: dict[int, str] | None = None) -> pl.DataFrame:
    named = families or {}
    return pl.DataFrame(
        [(i, named.get(i, f"u{i}"), sha, phash) for i, sha, phash in rows],
        schema=dict(PHOTOS.dtypes), orient="row",
    )  # fmt: skip


def raised(found: pl.DataFrame) -> dict[int, tuple[list[int], dict[str, Any]]]:
    FLAGS.check(found)
    return {
        row["submission_id"]: (row["other_ids"], json.loads(row["detail"]))
        for row in found.iter_rows(named=True)
    }


def test_an_edit_has_the_photos_of_what_it_replaces() -> None:
    both = photos((1, "a", 7), (2, "a", 7), families={2: "u1"})
    assert raised(flags.duplicate_photos(both, both)) == {}
    near = photos((1, "a", 7), (2, "b", 6), families={2: "u1"})
    assert raised(flags.near_photos(near, near, 3, 20)) == {}


def test_a_photo_that_came_before_is_flagged_where_it_came_later() -> None:
    known = photos((1, "a", None), (2, "b", None), (3, "a", None), (3, "c", None), (4, "a", None))
    assert raised(flags.duplicate_photos(known, known)) == {
        3: ([1], {"photos": ["a"]}),
        4: ([1, 3], {"photos": ["a"]}),
    }


def test_a_near_photo_says_how_near() -> None:
    known = photos((1, "a", 0b0000), (2, "b", 0b0111), (3, "c", 0b1111), (4, "plain", None))
    found = raised(flags.near_photos(known, known, 3, 20))
    assert found[2] == ([1], {"pairs": [{"photo": "b", "like": "a", "other": 1, "bits": 3}], "found": 1})
    assert found[3][0] == [2]  # 4 bits from the first
    assert set(found) == {2, 3}


def test_so_many_near_photos_are_named_and_no_more() -> None:
    known = photos(*((n, f"p{n}", 1 << n) for n in range(1, 7)))
    _, detail = raised(flags.near_photos(known, known, 3, 2))[6]
    assert (len(detail["pairs"]), detail["found"]) == (2, 5)


def test_the_same_bytes_are_no_near_photo() -> None:
    known = photos((1, "a", 5), (2, "a", 5))
    assert raised(flags.near_photos(known, known, 3, 20)) == {}


def test_a_distance_that_would_miss_pairs_is_refused() -> None:
    with pytest.raises(ValueError, match="up to 7"):
        flags.band_probes(photos((1, "a", 1)), 8)


HASHES = st.integers(min_value=-(2**63), max_value=2**63 - 1)


@given(HASHES, st.sets(st.integers(0, 63), max_size=9), st.integers(0, 7))
def test_no_near_pair_is_missed_and_none_is_invented(first: int, flipped: set[int], most: int) -> None:
    bits = first & (2**64 - 1)
    for bit in flipped:
        bits ^= 1 << bit
    second = bits - 2**64 if bits >= 2**63 else bits
    known = photos((1, "a", first), (2, "b", second))
    assert (len(flags.near_photos(known, known, most, 20)) == 1) == (len(flipped) <= most)


def test_places_within_accuracy_and_margin_are_not_outside() -> None:
    plot = shapely.box(-90.001, 14.999, -89.999, 15.001)
    rows = sightings(
        {},  # inside
        {"lon": -89.998},  # 107 m away
        {"lon": -89.998, "accuracy_m": 20.0},
        {"lon": None, "lat": None},
        {"lon": -89.0},  # its plot has no shape
        {"lon": -89.9982, "accuracy_m": -50.0},  # 86 m away; less than no accuracy there is not
    )
    shapes = np.array([plot, plot, plot, plot, None, plot], dtype=object)
    found = raised(flags.outside("outside_plot", rows, shapes, 100))
    assert set(found) == {2}
    others, detail = found[2]
    assert others == []
    assert detail["away_m"] == pytest.approx(107, abs=1)
    assert (detail["accuracy_m"], detail["margin_m"]) == (5.0, 100)


@given(st.floats(-100, -80), st.floats(5, 30), st.floats(0.01, 0.1), st.floats(0, 0.2))
def test_the_distance_to_a_shape_is_that_of_the_sphere(
    lon: float, lat: float, half: float, away: float
) -> None:
    square = shapely.box(lon - half, lat - half, lon + half, lat + half)
    north = np.array([lat + half + away])
    found = distance_to_m(np.array([lon]), north, np.array([square], dtype=object))[0]
    assert found == pytest.approx(away * 111_195, rel=0.01, abs=1)


def test_without_a_place_or_a_shape_there_is_no_distance() -> None:
    place, square = np.array([0.0]), np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    nowhere, nothing = np.array([np.nan]), np.array([None], dtype=object)
    assert distance_to_m(place, place, square)[0] == 0
    for lon, lat, shape in ((nowhere, place, square), (place, nowhere, square), (place, place, nothing)):
        assert np.isnan(distance_to_m(lon, lat, shape)[0])


def test_accuracy_zero_is_a_flag_and_no_accuracy_is_none() -> None:
    rows = sightings({}, {"accuracy_m": None}, {"accuracy_m": 0.0}, {"accuracy_m": 0.0, "lon": None})
    assert set(raised(flags.accuracy_zero(rows))) == {3}


def test_a_possible_journey_is_not_flagged() -> None:
    rows = sightings({}, {"lon": -89.5})  # 54 km in an hour
    assert raised(flags.impossible_speed(rows, 120, 500)) == {}


def test_another_account_may_be_elsewhere() -> None:
    rows = sightings({}, {"lon": -80.0, "user_id": 2})
    assert raised(flags.impossible_speed(rows, 120, 500)) == {}


def test_a_poor_reading_makes_no_journey() -> None:
    at, poor = NOON + timedelta(hours=1), {"accuracy_m": 900.0}
    for first, then in (({}, poor), (poor, {})):
        rows = sightings(first, {"lon": -89.99, "observed_at": at} | then)
        assert raised(flags.impossible_speed(rows, 120, 500)) == {}


def test_an_edit_is_no_journey() -> None:
    rows = sightings({}, {"family": "u1", "lon": -80.0})
    assert raised(flags.impossible_speed(rows, 120, 500)) == {}


def test_an_impossible_journey_is_flagged_at_both_ends() -> None:
    rows = sightings({}, {"lon": -88.0})  # 215 km in an hour
    found = raised(flags.impossible_speed(rows, 120, 500))
    assert {pk: others for pk, (others, _) in found.items()} == {1: [2], 2: [1]}
    (journey,) = found[2][1]["journeys"]
    assert journey["seconds"] == 3600
    assert journey["km_h"] == pytest.approx(215, abs=1)


def test_two_places_at_one_moment_have_no_speed() -> None:
    rows = sightings({"observed_at": NOON}, {"observed_at": NOON, "lon": -89.9})
    (journey,) = raised(flags.impossible_speed(rows, 120, 500))[1][1]["journeys"]
    assert journey["km_h"] is None


@given(st.integers(0, 23), st.floats(-118, -60))
def test_hours_are_by_the_sun(hour: int, lon: float) -> None:
    at = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=hour - lon / 15 + 0.5)
    rows = sightings({"observed_at": at, "lon": lon})
    assert (len(flags.odd_hours(rows, 5, 20)) == 1) == (not 5 <= hour < 20)


def test_the_day_ends_with_its_last_minute() -> None:
    hours = [(4, 59, 1), (5, 0, 0), (19, 59, 0), (20, 0, 1)]
    for hour, minute, odd in hours:
        at = datetime(2026, 3, 10, hour, minute, tzinfo=UTC)
        assert flags.odd_hours(sightings({"observed_at": at, "lon": 0.0}), 5, 20).height == odd


def test_without_a_place_the_hour_is_not_judged() -> None:
    assert raised(flags.odd_hours(sightings({"observed_at": NOON.replace(hour=8), "lon": None}), 5, 20)) == {}


def test_one_account_on_two_devices_within_minutes() -> None:
    at = [NOON, NOON + timedelta(minutes=10), NOON + timedelta(minutes=40), NOON + timedelta(minutes=45)]
    rows = sightings(*({"observed_at": t, "device_id": d} for t, d in zip(at, (1, 2, 1, 1), strict=True)))
    found = raised(flags.shared_device(rows, 15))
    assert {pk: others for pk, (others, _) in found.items()} == {1: [2], 2: [1]}
    assert found[1][1] == {"case": "devices", "seconds": 600}


def test_two_accounts_on_one_phone() -> None:
    rows = sightings(
        {"phone": "x"}, {"phone": "x"}, {"phone": "x", "user_id": 2}, {"user_id": 3}, {"user_id": 4}
    )
    found = raised(flags.shared_phone(rows))
    assert {pk: others for pk, (others, _) in found.items()} == {2: [3], 3: [2]}


def counts(*rows: tuple[int, int, str, int], day: date = date(2026, 3, 10)) -> pl.DataFrame:
    return pl.DataFrame(
        [(i, user, person, day, text, n) for i, (user, person, text, n) in enumerate(rows, 1)],
        schema=dict(COUNTS.dtypes), orient="row",
    )  # fmt: skip


def test_counts_alike_by_chance_are_not_copied() -> None:
    same = [(1, person, "a=1,b=2,c=3", 3) for person in range(4)]
    assert raised(flags.copied_counts(counts(*same, (2, 9, "a=1,b=2,c=3", 3)), 5, 3)) == {}, "four people"
    assert raised(flags.copied_counts(counts(*[(1, 1, "a=1,b=2,c=3", 3)] * 9), 5, 3)) == {}, "one person"
    assert raised(flags.copied_counts(counts(*[(1, p, "a=1", 1) for p in range(9)]), 5, 3)) == {}, (
        "one number"
    )


def test_counts_alike_on_other_days_are_not_copied() -> None:
    same = [(1, person, "a=1,b=2,c=3", 3) for person in range(5)]
    days = pl.concat([counts(*same[:3]), counts(*same[3:], day=date(2026, 3, 11))])
    days = days.with_columns(submission_id=pl.int_range(1, 6, dtype=pl.Int64))
    assert raised(flags.copied_counts(days, 5, 3)) == {}


def test_copied_counts_name_each_other() -> None:
    found = raised(flags.copied_counts(counts(*[(1, p, "a=1,b=2,c=3", 3) for p in range(5)]), 5, 3))
    assert found[1] == ([2, 3, 4, 5], {"people": 5, "counts": "a=1,b=2,c=3", "day": "2026-03-10"})
    assert set(found) == {1, 2, 3, 4, 5}


def work(*rows: tuple[str, int, int | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(WORK.dtypes), orient="row")


def test_few_counts_say_nothing() -> None:
    (heap,) = flags.heaped_counts(work(*[("A", 50, None)] * 39), 40, 1000).iter_rows(named=True)
    assert heap["heaped"] is None
    assert heap["n"] == 39


def test_counts_as_chance_gives_them_are_not_heaped() -> None:
    heaps = flags.heaped_counts(work(*[("A", count, None) for count in range(10, 110)]), 40, 1000)
    (heap,) = heaps.iter_rows(named=True)
    assert (heap["hits"], heap["n"], heap["heaped"]) == (20, 100, False)
    assert 0.4 < heap["p"] < 0.6


def test_round_numbers_are_heaped() -> None:
    rows = [("A", 50 + 5 * (i % 3), None) for i in range(30)] + [("A", 51, None)] * 10
    (heap,) = flags.heaped_counts(work(*rows), 40, 1000).iter_rows(named=True)
    assert heap["heaped"] is True
    assert heap["p"] == pytest.approx(sum(_binomial(40, k, 0.2) for k in range(30, 41)), rel=1e-9)


def test_plans_always_full_are_set_against_the_others() -> None:
    rows = [("A", 8, 8)] * 50 + [("B", 7, 8)] * 25 + [("B", 8, 8)] * 25
    heaps = {
        (h["technician"], h["measure"]): h
        for h in flags.heaped_counts(work(*rows), 40, 1000).iter_rows(named=True)
    }
    assert heaps["A", "full"]["heaped"] is True
    assert heaps["A", "full"]["expected"] == 0.5
    assert heaps["B", "full"]["heaped"] is False


def test_a_technician_alone_is_compared_with_nobody() -> None:
    assert flags.heaped_counts(work(*[("A", 8, 8)] * 50), 40, 1000).is_empty()


def _binomial(n: int, k: int, p: float) -> float:
    from math import comb

    return comb(n, k) * p**k * (1 - p) ** (n - k)


def test_nothing_gives_nothing() -> None:
    none, no_photos = SIGHTINGS.empty(), PHOTOS.empty()
    for found in (
        flags.accuracy_zero(none), flags.impossible_speed(none, 120, 500), flags.odd_hours(none, 5, 20),
        flags.shared_device(none, 15), flags.shared_phone(none), flags.duplicate_photos(no_photos, no_photos),
        flags.near_photos(no_photos, no_photos, 3, 20), flags.copied_counts(COUNTS.empty(), 5, 3),
        flags.outside("outside_plot", none, np.array([], dtype=object), 100),
    ):  # fmt: skip
        assert FLAGS.check(found).is_empty()
    assert flags.heaped_counts(WORK.empty(), 40, 1000).is_empty()


def test_people_of_other_portfolios_are_named_and_nobody_else_is_flagged() -> None:
    schema = dict(STRANGERS.dtypes)
    assert flags.outside_portfolio(STRANGERS.empty()).is_empty()
    rows = pl.DataFrame([(7, "P-2"), (3, "P-9"), (7, "P-1")], schema=schema, orient="row")
    assert raised(flags.outside_portfolio(rows)) == {
        3: ([], {"people": ["P-9"]}),
        7: ([], {"people": ["P-1", "P-2"]}),
    }


def test_every_kind_has_its_words() -> None:
    assert all(k.es and k.en for k in flags.FLAG_KINDS.values())
