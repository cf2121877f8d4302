"""Flags from submissions in the database: none where there is no cause; each with its evidence where there is one."""

from datetime import timedelta

import pytest

from ceiba.accounts.models import User
from ceiba.blobs.store import blob_store
from ceiba.core.evidence import FLAGS as EVIDENCE_FLAGS
from ceiba.core.flags import FLAG_KINDS
from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.models import Evidence
from ceiba.registry.models import Area
from ceiba.review.models import Flag, InTray, Photo
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.photos import photos_look
from ceiba.review.services.reviews import flag_dismiss
from ceiba.submissions.models import Submission
from tests.apps.review.field import NOON, attach, photo, submitted
from tests.factories import World

NOW = NOON + timedelta(days=1)


@pytest.fixture
def technician(made: World) -> User:
    return made.users["technician"]


def flags_of(submission: Submission) -> dict[str, list[int]]:
    return dict(Flag.objects.filter(submission=submission).values_list("flag", "other_ids"))


def compute(*submissions: Submission) -> int:
    return flags_compute(submissions=[s.pk for s in submissions], now=NOW)


def test_the_kinds_are_those_of_evidence() -> None:
    assert tuple(FLAG_KINDS) == EVIDENCE_FLAGS


def test_an_ordinary_visit_has_no_flag(made: World, technician: User) -> None:
    one = submitted(
        technician, made.people[1], "uuid:1", visit={"plan_due": 8, "plan_done": 8}, files={"a.jpg": photo()}
    )
    assert compute(one) == 0
    photos_look(now=NOW)
    tray = InTray.objects.get()
    assert (tray.flags, tray.area_code, tray.technician, tray.decision) == ([], "GT-1304", "T-P-GT-1304", "")
    assert tray.looked_at == NOW


def test_a_submission_of_nobody_is_in_the_tray_by_its_sender(made: World, technician: User) -> None:
    compute(submitted(technician, None, "uuid:1", state="quarantined"))
    tray = InTray.objects.get()
    assert (tray.area_code, tray.state, tray.participant) == ("GT-1304", "quarantined", None)


def test_far_from_the_plot(made: World, technician: User) -> None:
    person = made.people[1]
    there = Area.objects.get(code="HN-LE")
    one = submitted(technician, person, "uuid:1", visit={"plan_due": 8}, lon=there.lon, lat=there.lat)
    compute(one)
    assert set(flags_of(one)) == {"outside_plot", "outside_area"}
    detail = Flag.objects.get(flag="outside_plot").detail
    assert detail["away_m"] > 100_000
    assert InTray.objects.get().flags == ["outside_area", "outside_plot"]


def test_what_is_not_of_land_is_at_no_plot(made: World, technician: User) -> None:
    person = made.people[1]
    home = person.area
    one = submitted(technician, person, "uuid:1", lon=home.lon + 0.05, lat=home.lat)
    compute(one)
    assert "outside_plot" not in flags_of(one)


def test_the_other_end_of_a_journey_is_flagged_too_when_the_second_arrives(
    made: World, technician: User
) -> None:
    near = made.people[1]
    first = submitted(technician, near, "uuid:1")
    assert compute(first) == 0
    second = submitted(technician, near, "uuid:2", at=NOON + timedelta(minutes=5), lon=-90.0, lat=15.0)
    compute(second)
    assert flags_of(first)["impossible_speed"] == [second.pk]
    assert flags_of(second)["impossible_speed"] == [first.pk]
    assert "impossible_speed" in InTray.objects.get(pk=first.pk).flags


def test_copied_counts_need_many_people(made: World, technician: User) -> None:
    counts = {"plan_due": 9, "plan_done": 7, "accuracy_m": 5, "sessions": 2}
    people = [p for p in made.people if p.area_id == "GT-1304"]
    assert len(people) == 4
    few = [submitted(technician, p, f"uuid:{p.pk}", at=NOON + timedelta(minutes=20 * i), visit=counts)
           for i, p in enumerate(people)]  # fmt: skip
    compute(*few)
    assert not Flag.objects.filter(flag="copied_counts").exists()
    last = submitted(technician, made.people[0], "uuid:x", at=NOON + timedelta(hours=3), visit=counts)
    compute(last)
    assert Flag.objects.filter(flag="copied_counts").count() == 5
    assert flags_of(last)["copied_counts"] == [s.pk for s in few]


def test_two_accounts_on_one_phone_are_told_by_the_form(made: World, technician: User) -> None:
    body = "<deviceid>collect:abc</deviceid>"
    one = submitted(technician, made.people[1], "uuid:1", body=body)
    two = submitted(made.users["office"], made.people[1], "uuid:2", at=NOON + timedelta(hours=2), body=body)
    compute(one, two)
    assert flags_of(one) == {"shared_device": [two.pk]}


def test_the_photo_of_an_edit_is_no_copy_and_that_of_another_person_is(made: World, technician: User) -> None:
    files = {"a.jpg": photo()}
    first = submitted(technician, made.people[1], "uuid:1", files=files)
    edit = submitted(technician, made.people[1], "uuid:2", replaces="uuid:1", files=files)
    copy = submitted(technician, made.people[5], "uuid:3", files=files)
    like = submitted(technician, made.people[5], "uuid:4", files={"b.jpg": photo(quality=50)})
    compute(first, edit, copy, like)
    assert photos_look(now=NOW) == 4
    assert Photo.objects.count() == 2
    assert flags_of(edit) == {}
    assert flags_of(copy) == {"duplicate_photo": [first.pk, edit.pk]}
    assert flags_of(like)["near_photo"] == [first.pk, edit.pk, copy.pk]
    assert InTray.objects.get(pk=first.pk).is_replaced
    assert InTray.objects.get(pk=edit.pk).family == "uuid:1"


def test_a_photo_that_follows_hours_later_is_looked_at(made: World, technician: User) -> None:
    first = submitted(technician, made.people[1], "uuid:1", files={"a.jpg": photo()})
    late = submitted(technician, made.people[5], "uuid:2")
    compute(first, late)
    assert photos_look(now=NOW) == 2
    assert photos_look(now=NOW) == 0
    attach(late, "a.jpg", photo(), NOW + timedelta(hours=3))
    assert photos_look(now=NOW + timedelta(hours=4)) == 1
    assert flags_of(late) == {"duplicate_photo": [first.pk]}


def test_what_is_no_photo_stops_nothing(made: World, technician: User) -> None:
    one = submitted(
        technician, made.people[1], "uuid:1", files={"a.jpg": b"\xff\xd8\xff nonsense", "audit.csv": b"x"}
    )
    gone = submitted(technician, made.people[1], "uuid:2", files={"b.jpg": b"x"})
    blob_store().remove(gone.attachments.get().sha256)
    compute(one, gone)
    assert photos_look(now=NOW) == 2
    assert sorted(Photo.objects.values_list("fault", flat=True)) == ["missing", "not_an_image"]


def test_computed_again_nothing_changes(made: World, technician: User) -> None:
    one = submitted(technician, made.people[1], "uuid:1", accuracy_m=0.0)
    compute(one)
    before = list(Flag.objects.values())
    flags_compute(submissions=[one.pk], now=NOW + timedelta(hours=1))
    assert list(Flag.objects.values()) == before
    assert Evidence.objects.filter(kind="flag").count() == 1


def test_a_flag_is_evidence_and_a_dismissed_one_a_correction(made: World, technician: User) -> None:
    one = submitted(technician, made.people[1], "uuid:1", accuracy_m=0.0)
    compute(one)
    record = Evidence.objects.get(kind="flag")
    assert record.body == {"flag": "accuracy_zero", "subject": "uuid:1", "holds": True}
    assert (record.submission_id, record.participant_id) == (one.pk, made.people[1].pk)
    flag_dismiss(
        flag=Flag.objects.get(), why="GPS externo", by=made.users["supervisor"], now=NOW + timedelta(days=1)
    )
    correction = Evidence.objects.get(kind="flag", corrects=record.key)
    assert correction.body["holds"] is False
    assert InTray.objects.get().flags == []
    compute(one)
    assert InTray.objects.get().flags == [], "dismissed, it stays dismissed"


def test_nobody_dismisses_the_flags_of_their_own_submission_or_without_a_reason(made: World) -> None:
    supervisor = made.users["supervisor"]
    compute(submitted(supervisor, made.people[1], "uuid:1", accuracy_m=0.0))
    flag = Flag.objects.get()
    for by, why, code in (
        (supervisor, "x", "review.own"),
        (made.users["office"], "  ", "review.flag_needs_why"),
    ):
        with pytest.raises(CeibaError) as refused:
            flag_dismiss(flag=flag, why=why, by=by, now=NOW)
        assert [p.code for p in refused.value.problems] == [code]
    assert Flag.objects.get().dismissed_at is None


def test_a_flag_of_nobody_is_no_evidence_and_stays_a_flag(made: World, technician: User) -> None:
    compute(submitted(technician, None, "uuid:1", state="quarantined", lon=-91.5, lat=15.4, accuracy_m=0.0))
    assert Flag.objects.count() == 1
    assert not Evidence.objects.filter(kind="flag").exists()
