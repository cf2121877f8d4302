"""Second visits in the database: when nothing may be drawn first; the draw made again; how two counts agree."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.flags import FlagLimits
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Evidence
from ceiba.registry.models import Group
from ceiba.review.models import Draw, SecondVisit
from ceiba.review.selectors.second_visits import (
    agreement_in,
    drawing_of,
    heaps_in,
    second_visits_in,
    standing_of,
    verified,
    visits_of,
)
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.second_visits import second_visit_ask, second_visits_draw, seed_publish
from ceiba.submissions.models import Submission
from tests.apps.review.field import NOON, record, submitted
from tests.factories import World

NOVEMBER = Month(2026, 11)
BEFORE = datetime(2026, 10, 31, tzinfo=UTC)
CUTOFF = datetime(2026, 12, 5, 6, tzinfo=UTC)
AFTER = CUTOFF + timedelta(hours=1)


@pytest.fixture
def visits(made: World) -> list[Submission]:
    """A visit of everybody in Huehuetenango, by the productive technician of their municipality."""
    people = made.people_in("GT-13")
    return [
        submitted(
            made.users["technician"], person, f"uuid:{person.pk}", at=NOON + timedelta(minutes=30 * i),
            visit={"plan_due": 10, "plan_done": 8},
        )
        for i, person in enumerate(people)
    ]  # fmt: skip


def drawn(percent: int = 50) -> Any:
    seed_publish(programme="ca", month=NOVEMBER, digest="ab" * 32, by=None, now=BEFORE)
    return second_visits_draw(
        programme="ca", month=NOVEMBER, until=CUTOFF, by=None, now=AFTER, percent=percent
    )


def refused(code: str, act: Any, **values: Any) -> None:
    with pytest.raises(CeibaError) as error, transaction.atomic():
        act(**values)
    assert [problem.code for problem in error.value.problems] == [code]


def test_a_seed_is_published_before_the_month_and_once(made: World) -> None:
    values = {"programme": "ca", "month": NOVEMBER, "by": None}
    refused("second_visits.too_late", seed_publish, digest="ab" * 32, now=NOON, **values)
    first = seed_publish(digest="ab" * 32, now=BEFORE, **values)
    assert seed_publish(digest="cd" * 32, now=BEFORE, **values) == first
    assert Draw.objects.get().seed == f"{'ab' * 32}:ca:2026-11:"
    with pytest.raises(DatabaseError), transaction.atomic():
        Draw.objects.update(seed="another")


def test_nothing_is_drawn_without_a_seed_or_before_the_cut_off_or_twice(visits: list[Submission]) -> None:
    values = {"programme": "ca", "month": NOVEMBER, "by": None}
    refused("second_visits.no_seed", second_visits_draw, until=CUTOFF, now=AFTER, **values)
    seed_publish(programme="ca", month=NOVEMBER, digest="ab" * 32, by=None, now=BEFORE)
    early = CUTOFF - timedelta(seconds=1)
    refused("second_visits.month_open", second_visits_draw, until=CUTOFF, now=early, **values)
    within = datetime(2026, 11, 30, 23, tzinfo=UTC)
    refused("second_visits.month_open", second_visits_draw, until=within, now=AFTER, **values)
    second_visits_draw(until=CUTOFF, now=AFTER, **values)
    refused("second_visits.drawn", second_visits_draw, until=CUTOFF, now=AFTER, **values)


def test_the_draw_is_what_a_few_lines_of_python_find(visits: list[Submission]) -> None:
    drawing = drawn()
    keys = sorted(visits_of("ca", NOVEMBER, drawing.received_until)["key"])
    assert keys == sorted(each.instance_id for each in visits)
    lot = drawing.draw.seed + sha256("\n".join(keys).encode()).hexdigest()
    keys.sort(key=lambda key: sha256((lot + key).encode()).digest())
    assert set(SecondVisit.objects.values_list("key", flat=True)) == set(keys[: -(-len(keys) * 50 // 100)])


def test_who_goes_neither_made_the_visit_nor_looks_after_the_person(visits: list[Submission]) -> None:
    drawn(100)
    for visit in SecondVisit.objects.select_related("participant__group"):
        group = Group.objects.get(pk=visit.participant.group_id)
        own = {group.technician_productive.code, group.technician_social.code, "T-P-GT-1304"}
        assert visit.technician and visit.technician not in own


def test_what_comes_later_changes_no_draw_and_a_changed_draw_is_found(
    made: World, visits: list[Submission]
) -> None:
    drawing = drawn()
    late = submitted(
        made.users["technician"], made.people[1], "uuid:late", visit={"plan_due": 10, "plan_done": 1}
    )
    Evidence.objects.filter(submission=late)
    edit = submitted(made.users["technician"], made.people[1], "uuid:edit", replaces=visits[0].instance_id,
                     at=AFTER + timedelta(days=1), visit={"plan_due": 10, "plan_done": 1})  # fmt: skip
    assert edit.pk
    found = verified(drawing_of("ca", NOVEMBER))
    assert found.visits == len(visits) + 1, "the one that was there in time, and no edit"
    drawn_before = set(found.drawn)
    SecondVisit.objects.create(
        draw=drawing.draw,
        submission=late,
        key="uuid:slipped-in",
        participant=made.people[1],
        month=NOVEMBER.first_day,
    )
    again = verified(drawing_of("ca", NOVEMBER))
    assert not again.is_identical
    assert set(again.drawn) - drawn_before == {"uuid:slipped-in"}


def test_a_draw_that_was_not_touched_is_identical(visits: list[Submission]) -> None:
    drawn()
    found = verified(drawing_of("ca", NOVEMBER))
    assert found.is_identical
    assert found.drawn == found.again


def test_a_month_that_was_not_drawn(made: World) -> None:
    refused("second_visits.not_drawn", drawing_of, programme="ca", month=NOVEMBER)


def test_nobody_can_be_visited_again_for_a_submission_of_nobody(made: World) -> None:
    nobody = submitted(made.users["technician"], None, "uuid:q", state="quarantined")
    flags_compute(submissions=[nobody.pk], now=AFTER)
    refused(
        "second_visits.nobody",
        second_visit_ask,
        submission=nobody.pk,
        month=NOVEMBER,
        by=made.users["supervisor"],
    )


def test_agreement_is_of_drawn_visits_alone_and_within_the_scope(
    made: World, visits: list[Submission]
) -> None:
    drawn(100)
    asked = submitted(
        made.users["technician"], made.people[1], "uuid:asked", visit={"plan_due": 10, "plan_done": 8}
    )
    flags_compute(submissions=[asked.pk], now=AFTER)
    second_visit_ask(submission=asked.pk, month=NOVEMBER, by=made.users["supervisor"])
    for i, visit in enumerate(visits):
        seen = submitted(
            made.users["office"],
            None,
            f"uuid:again-{i}",
            at=NOON + timedelta(days=25),
            month=NOVEMBER.first_day,
        )
        record(
            seen,
            visit.standing.participant,
            "second_visit",
            {"plan_due": 10, "plan_done": 8 if i % 2 else 5},
            "T-X",
        )
    since, until = date(2026, 1, 1), date(2026, 12, 1)
    (row,) = agreement_in(Scope(Role.SUPERVISOR, ("GT",)), since, until).iter_rows(named=True)
    assert (row["technician"], row["n"], row["agreeing"]) == ("T-P-GT-1304", len(visits), len(visits) // 2)
    assert row["difference"] == pytest.approx(1.5)
    assert agreement_in(Scope(Role.SUPERVISOR, ("HN",)), since, until).is_empty()
    assert agreement_in(Scope(Role.SUPERVISOR, ("GT",)), since, date(2026, 10, 1)).is_empty()
    rows = second_visits_in(Scope(Role.SUPERVISOR, ("GT",)), made.users["supervisor"])
    stand = standing_of(rows, 100, datetime.now(UTC))
    assert len(stand.made) == len(visits) + 1, "the asked one is of a person who was seen again too"
    assert stand.to_make == stand.lapsed == []


def test_a_second_visit_is_no_first_one(made: World, visits: list[Submission]) -> None:
    """It is evidence of its own kind: the fact plan_done stays what the first visit said."""
    seen = submitted(
        made.users["office"], None, "uuid:again", at=NOON + timedelta(days=25), month=NOVEMBER.first_day
    )
    record(seen, visits[0].standing.participant, "second_visit", {"plan_due": 10, "plan_done": 5}, "T-X")
    assert "uuid:again" not in list(visits_of("ca", NOVEMBER, AFTER)["key"])


def test_counts_of_a_technician_are_judged_within_the_scope(made: World, visits: list[Submission]) -> None:
    for i in range(50):
        sent = submitted(made.users["technician"], made.people[1], f"uuid:p{i}", at=NOON + timedelta(hours=i))
        record(sent, made.people[1], "planting", {"plant_class": "timber", "plants": 50})
    limits = FlagLimits()
    heaps = heaps_in(Scope(Role.SUPERVISOR, ("GT",)), NOVEMBER.first_day, limits)
    row = next(row for row in heaps.iter_rows(named=True) if row["measure"] == "round")
    assert (row["technician"], row["n"], row["heaped"]) == ("T-P-GT-1304", 50, True)
    assert heaps_in(Scope(Role.SUPERVISOR, ("HN",)), NOVEMBER.first_day, limits).is_empty()
