"""Slices: each area's rows have a digest of their own, which is that of the rows alone."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.area_slices import places_of, slice_digests
from ceiba.core.facts import MONTH_FACTS
from ceiba.core.kernel.digest import frame_digest, group_digests
from ceiba.core.kernel.plain import slices_digest
from ceiba.core.sealed_month import DUE_PLACES, LATE_FACTS
from tests.core.helpers import GOOD, day, facts, frame
from tests.core.test_digest import SCHEMA, rows, things


@given(rows, st.randoms(use_true_random=False))
def test_a_groups_digest_is_that_of_its_rows_alone(values: list[dict[str, object]], random: object) -> None:
    table = things(*{row["id"]: row for row in values}.values())
    groups = pl.Series([f"GT-{random.randint(0, 3)}" for _ in range(table.height)], dtype=pl.String)  # type: ignore[attr-defined]
    expected = {
        name: frame_digest(table.filter(groups == name), SCHEMA) for name in groups.unique().to_list()
    }
    assert group_digests(table, SCHEMA, groups) == expected


def test_people_are_where_the_month_then_late_facts_then_what_is_due_say() -> None:
    late = {**GOOD, "rulebook": "e" * 64, "revision": 1, "area": "GT-0101"}
    places = places_of(
        facts({"area": "GT-1304"}),  # number 1
        frame(
            LATE_FACTS,
            {**late, "participant_id": 1, "month": day("2026-02")},
            {**late, "participant_id": 7, "month": day("2025-12"), "area": "HN-LE"},
            {**late, "participant_id": 7, "month": day("2026-01")},
        ),
        frame(DUE_PLACES, *(due(person, country) for person, country in ((7, "HN"), (8, "HN"), (9, None)))),
    )
    assert dict(places.rows()) == {1: "GT-1304", 7: "GT-0101", 8: "HN", 9: ""}


def test_a_change_in_one_area_changes_its_slice_and_no_other() -> None:
    before = facts({"area": "GT-1301"}, {"area": "GT-1304"}, {"area": "GT-1304"})
    places = before.select("participant_id", "area")
    changed = before.with_columns(
        plan_done=pl.when(pl.col("participant_id") == 3).then(0).otherwise("plan_done").cast(pl.Int32)
    )
    one, other = (
        slice_digests({"snapshot": table}, {"snapshot": MONTH_FACTS}, places) for table in (before, changed)
    )
    assert [area for area in one["snapshot"] if one["snapshot"][area] != other["snapshot"][area]] == [
        "GT-1304"
    ]
    assert slices_digest(one) != slices_digest(other)


def due(person: int, country: str | None) -> dict[str, object]:
    return {
        "participant_id": person,
        "component": "support",
        "for_month": day("2026-01"),
        "revision": 1,
        "due_minor": 5,
        "country": country,
    }
