"""What reviewers tell technicians where their phones ask. First who is told nothing, and whom no phone carries."""

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import etree

from ceiba.accounts.models import Role, User
from ceiba.core.entities import LISTS, OTHER_LISTS
from ceiba.core.second_visits import DAYS_TO_GO
from ceiba.devices.services import device_make
from ceiba.entities.selectors import carried
from ceiba.entities.services import entities_refresh
from ceiba.registry.models import Participant
from ceiba.review.models import Draw, SecondVisit
from ceiba.review.selectors.assignments import COLUMNS, second_visits_csv
from ceiba.review.selectors.returned import latest_returned, returned_csv, returned_note
from ceiba.review.selectors.second_visits import standing_of
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.reviews import review_add
from ceiba.review.told import TOLD
from ceiba.submissions.models import Submission
from tests.apps.review.field import NOON, record, submitted
from tests.apps.submissions.phone import send, xml
from tests.factories import World, user_make
from tests.fieldforms import VISIT, published

NOW = NOON + timedelta(days=1)
OTHER = "T-P-GT-1301"
ASKS = VISIT.replace("| | text | person |", "| | select_one_from_file returned.csv | person |")


def key_of(user: User) -> str:
    return device_make(user=user, kind="phone", name=f"p{user.devices.count()}", by=None).key


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.fixture
def neighbour(made: World) -> User:
    return user_make("neighbour", Role.TECHNICIAN, areas=(), code=OTHER)


@pytest.fixture
def returned(made: World) -> Submission:
    """A visit of the technician that was returned."""
    sent = submitted(
        made.users["technician"], made.people[1], "uuid:1", visit={"plan_due": 8, "plan_done": 7}
    )
    flags_compute(submissions=[sent.pk], now=NOW)
    review_add(
        submission=sent.pk,
        decision="returned",
        reason="La foto, oscura",
        by=made.users["supervisor"],
        now=NOW,
    )
    return sent


def test_a_form_may_ask_for_the_lists_that_are_drawn_and_no_others() -> None:
    assert set(TOLD.lists) == set(OTHER_LISTS)
    assert not set(OTHER_LISTS) & set(LISTS)


def test_nobody_hears_of_what_was_returned_to_somebody_else(returned: Submission, neighbour: User) -> None:
    answer = send(key_of(neighbour), xml())
    assert answer.status_code == 202
    assert "Le devolvieron" not in answer.content.decode()
    assert [row["name"] for row in rows(returned_csv(neighbour))] == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TECHNICIAN}))
def test_other_roles_carry_neither_list(made: World, returned: Submission, role: str) -> None:
    assert rows(returned_csv(made.users[role])) == []
    assert to_visit(made.users[role]) == []


def test_what_is_not_taken_is_answered_without_a_note(made: World, returned: Submission) -> None:
    key = key_of(made.users["technician"])
    first = xml("uuid:again")
    assert "Le devolvieron 1" in send(key, first).content.decode()
    conflict = send(key, first.replace(b">9<", b">8<"))
    assert conflict.status_code == 409
    broken = send(key, b"<data")
    assert broken.status_code == 400
    for refused in (conflict, broken):
        assert "Le devolvieron" not in refused.content.decode()


def test_the_next_submission_is_answered_with_what_was_returned(made: World, returned: Submission) -> None:
    answer = send(key_of(made.users["technician"]), xml())
    (message,) = etree.fromstring(answer.content)
    assert message.get("nature") == "submit_success"
    assert (message.text or "").endswith(
        f"Le devolvieron 1; lo más reciente: {made.people[1].code}: «La foto, oscura». Vea Devueltos en el sitio."
    )


def test_a_thousand_answers_cost_one_query_a_minute(made: World, returned: Submission) -> None:
    latest_returned.cache_clear()
    with CaptureQueriesContext(connection) as asked:
        said = {returned_note(made.users[role].pk, "es", NOW) for role in Role for _ in range(200)}
    assert len(asked) == 1
    assert len(said) == 2


def test_of_several_the_latest_is_told(made: World, returned: Submission) -> None:
    second = submitted(made.users["technician"], None, "uuid:2", at=NOON + timedelta(hours=1))
    flags_compute(submissions=[second.pk], now=NOW)
    for reason in ("Antes", "Falta el lugar " + "x" * 200):
        review_add(
            submission=second.pk, decision="returned", reason=reason, by=made.users["supervisor"], now=NOW
        )
    told = returned_note(made.users["technician"].pk, "en", NOW + timedelta(minutes=2))
    assert told.startswith('Returned to you: 2; the latest: ca-visit: "Falta el lugar xxx')
    assert "x" * 121 not in told


def test_a_form_that_asks_for_what_was_returned_gets_it_as_a_file_that_is_no_entity_list(
    made: World, returned: Submission, neighbour: User
) -> None:
    published(ASKS)
    key, theirs = key_of(made.users["technician"]), key_of(neighbour)
    manifest = etree.fromstring(Client().get(f"/field/key/{key}/forms/ca-visit/1/manifest").content)
    (file,) = manifest
    told = {etree.QName(each).localname: each.text for each in file}
    assert (file.get("type"), told["filename"], told.get("integrityUrl")) == (None, "returned.csv", None)
    answer = Client().get(told["downloadUrl"])
    assert told["hash"] == "md5:" + hashlib.md5(answer.content, usedforsecurity=False).hexdigest()
    assert rows(answer.content) == [
        {"name": "uuid:1", "label": f"ca-visit · {made.people[1].given_names} {made.people[1].family_names}",
         "form": "ca-visit", "person": made.people[1].code, "reason": "La foto, oscura", "at": "2026-11-11"}
    ]  # fmt: skip
    assert rows(Client().get(f"/field/key/{theirs}/entities/returned.csv").content) == []
    assert Client().get("/field/entities/returned.csv").status_code == 401


def to_visit(user: User, now: datetime = NOW) -> list[dict[str, str]]:
    """The second visits on a user's phone."""
    return rows(second_visits_csv(user, now))


def assigned(person: Participant, to: str, of: Submission, key: str = "uuid:1") -> SecondVisit:
    """A second visit that was drawn."""
    draw, _ = Draw.objects.get_or_create(
        programme_id="ca", month=of.standing.month, defaults={"seed": "s", "published_at": NOON}
    )
    return SecondVisit.objects.create(
        draw=draw, key=key, participant=person, month=of.standing.month, submission=of, technician=to,
        asked_at=datetime(2026, 11, 11, tzinfo=UTC),
    )  # fmt: skip


def test_a_second_visit_is_carried_by_whom_it_is_assigned_to_and_no_other(
    made: World, returned: Submission, neighbour: User
) -> None:
    assigned(made.people[1], OTHER, returned)
    assert to_visit(made.users["technician"]) == []
    assert len(to_visit(neighbour)) == 1
    neighbour.is_active = False
    assert to_visit(neighbour) == []
    nobody = user_make("nobody", Role.TECHNICIAN, areas=(), code="")
    assigned(made.people[2], "", returned, key="uuid:2")
    assert to_visit(nobody) == []


def test_nothing_of_the_first_visit_is_carried(made: World, returned: Submission, neighbour: User) -> None:
    person, plot = made.people[1], made.people[1].plots.get()
    visit = assigned(person, OTHER, returned)
    (row,) = to_visit(neighbour)
    assert tuple(row) == COLUMNS
    assert (
        plot.west is not None and plot.east is not None and plot.south is not None and plot.north is not None
    )
    assert row == {
        "name": str(visit.pk), "label": f"{person.given_names} {person.family_names} · {person.code} · 2026-11",
        "code": person.code, "month": "2026-11-01", "group": person.group.code if person.group else "",
        "plots": plot.code, "lon": f"{(plot.west + plot.east) / 2:.6f}",
        "lat": f"{(plot.south + plot.north) / 2:.6f}",
    }  # fmt: skip


def test_an_assignment_opens_nothing_else(made: World, returned: Submission, neighbour: User) -> None:
    """The phone's lists of people, plots and groups stay those of the portfolio, and so do the site's pages."""
    entities_refresh(today=NOW.date())
    before = {name: carried(neighbour, name) for name in ("participants", "plots", "groups")}
    assigned(made.people[1], OTHER, returned)
    assert {name: carried(neighbour, name) for name in before} == before
    (entity,) = [e for e in carried(made.users["technician"], "participants")
                 if e.properties["code"] == made.people[1].code]  # fmt: skip
    address = f"/field/key/{key_of(neighbour)}/entities/participants/integrity?id={entity.uuid}"
    assert b"<deleted>true</deleted>" in Client().get(address).content
    client = Client()
    client.force_login(neighbour, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("pages:person", args=[made.people[1].code])).status_code == 404
    assert client.get(reverse("review:submission", args=[returned.pk])).status_code == 404


def test_a_second_visit_that_came_leaves_the_phone(
    made: World, returned: Submission, neighbour: User
) -> None:
    assigned(made.people[1], OTHER, returned)
    seen = submitted(neighbour, made.people[1], "uuid:again")
    record(seen, made.people[1], "second_visit", {"plan_due": 8, "plan_done": 5})
    assert to_visit(neighbour) == []
    flags_compute(submissions=[seen.pk], now=NOW)
    review_add(submission=seen.pk, decision="returned", reason="Cuente", by=made.users["supervisor"], now=NOW)
    assert [row["code"] for row in to_visit(neighbour)] == [made.people[1].code], (
        "a correction chooses it again: without it in the list the form would lose whom it is about"
    )
    assert to_visit(made.users["technician"]) == []


def test_a_second_visit_nobody_made_in_time_leaves_the_phone(
    made: World, returned: Submission, neighbour: User
) -> None:
    visit = assigned(made.people[1], OTHER, returned)
    end = visit.asked_at + timedelta(days=DAYS_TO_GO)
    assert [row["code"] for row in to_visit(neighbour, end)] == [made.people[1].code]
    assert to_visit(neighbour, end + timedelta(seconds=1)) == []
    stand = standing_of(SecondVisit.objects.all(), 10, end + timedelta(seconds=1))
    assert (stand.to_make, stand.made, stand.lapsed) == ([], [], [visit])


def test_what_a_reviewer_asked_for_ends_when_it_is_decided_otherwise(
    made: World, returned: Submission
) -> None:
    def decide(decision: str, now: datetime = NOW) -> None:
        review_add(
            submission=returned.pk, decision=decision, reason="x", by=made.users["supervisor"], now=now
        )

    decide("second_visit")
    asked = SecondVisit.objects.get()
    goes = user_make("goes", Role.TECHNICIAN, areas=(), code=asked.technician)
    assert [row["code"] for row in to_visit(goes)] == [made.people[1].code]
    decide("approved")
    assert to_visit(goes) == []
    decide("second_visit")
    assert [row["code"] for row in to_visit(goes)] == [made.people[1].code], "asked for again"
    late = asked.asked_at + timedelta(days=DAYS_TO_GO + 1)
    assert to_visit(goes, late) == []
    decide("second_visit", late)
    assert [row["code"] for row in to_visit(goes, late)] == [made.people[1].code]
    assigned(made.people[2], asked.technician, returned, key="uuid:drawn")
    decide("approved")
    assert [row["code"] for row in to_visit(goes)] == [made.people[2].code], (
        "chance has no say in what is decided"
    )


def flagged(sent: Submission) -> Any:
    flags_compute(submissions=[sent.pk], now=NOW)
    return sent.flags.filter(flag="outside_portfolio").first()


def outside(by: User, person: Participant, name: str = "uuid:x") -> Submission:
    return submitted(by, person, name, outside=[person.pk], taken_at=NOW)


def test_whoever_visits_people_of_another_portfolio_is_flagged(made: World, neighbour: User) -> None:
    flag = flagged(outside(neighbour, made.people[1]))
    assert flag.detail == {"people": [made.people[1].code]}
    assert flag.other_ids == []


def test_who_was_sent_for_a_second_visit_is_not(made: World, returned: Submission, neighbour: User) -> None:
    assigned(made.people[1], OTHER, returned)
    assert flagged(outside(neighbour, made.people[1])) is None


@pytest.mark.parametrize("case", ["another technician", "another person", "only afterwards"])
def test_an_assignment_excuses_its_technician_for_its_person_from_then_on(
    made: World, returned: Submission, neighbour: User, case: str
) -> None:
    to = "T-S-GT-1301" if case == "another technician" else OTHER
    person = made.people[5] if case == "another person" else made.people[1]
    visit = assigned(person, to, returned, key="uuid:k")
    if case == "only afterwards":
        taken_at = visit.asked_at - timedelta(days=1)
        sent = submitted(neighbour, person, "uuid:x", outside=[person.pk], taken_at=taken_at)
    else:
        sent = outside(neighbour, made.people[1])
    assert flagged(sent) is not None


def test_of_several_people_those_without_an_assignment_are_named(
    made: World, returned: Submission, neighbour: User
) -> None:
    assigned(made.people[1], OTHER, returned)
    both = submitted(
        neighbour, made.people[1], "uuid:x", outside=[made.people[1].pk, made.people[5].pk], taken_at=NOW
    )
    assert flagged(both).detail == {"people": [made.people[5].code]}


def test_ones_own_people_are_no_flag(made: World) -> None:
    own = submitted(made.users["technician"], made.people[1], "uuid:x", taken_at=NOW)
    assert flagged(own) is None
