"""Absences that an office enters with their paper: who must not, what is refused, what comes of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.evidence.absences import absence_withdraw
from ceiba.evidence.models import Evidence, Paper
from ceiba.evidence.selectors import absences_of, canonical_text, evidence_frames
from ceiba.registry.models import Participant
from ceiba.runs.services import check_actor
from tests import factories
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import World, user_make

PAPER = b"\xff\xd8\xff\xe0 a paper of the health centre"
SAID = {"cause": "illness", "since": "2026-09-07", "until": "2026-10-20", "attested_by": "health_centre"}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world(people=8, months=1)
        factories.users_make(world)
        User.objects.update(language="en")
        yield world


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def person(made: World) -> Participant:
    return made.people[0]


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return signed_in


def enter(user: User, person: Participant, paper: bytes | None = PAPER, **said: str) -> Any:
    files = {} if paper is None else {"paper": SimpleUploadedFile("constancia.jpg", paper)}
    return client(user).post(reverse("evidence:absence", args=[person.code]), SAID | said | files)


def of(person: Participant) -> list[Evidence]:
    return list(Evidence.objects.filter(participant=person, kind="absence").order_by("pk"))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_nobody_but_an_office_enters_or_withdraws_one(made: World, person: Participant, role: str) -> None:
    enter(made.users[Role.OFFICE], person)
    (record,) = of(person)
    for response in (
        client(made.users[role]).get(reverse("evidence:absence", args=[person.code])),
        enter(made.users[role], person, cause="disaster"),
        client(made.users[role]).post(reverse("evidence:withdraw", args=[record.pk])),
    ):
        assert response.status_code == 403
    assert of(person) == [record]


def test_an_office_of_elsewhere_finds_nobody(made: World, person: Participant) -> None:
    enter(made.users[Role.OFFICE], person)
    (record,) = of(person)
    elsewhere = user_make("office HN", Role.OFFICE, areas=("HN",))
    assert enter(elsewhere, person, cause="disaster").status_code == 404
    for name in ("evidence:withdraw", "evidence:paper"):
        assert client(elsewhere).post(reverse(name, args=[record.pk])).status_code == 404
    assert of(person) == [record]


@pytest.mark.parametrize(
    ("said", "paper", "told"),
    [
        ({"until": "2026-09-06"}, PAPER, "before it began"),
        ({"until": "2027-09-09"}, PAPER, "more than a year"),
        ({"since": "2999-01-01"}, PAPER, "From"),
        ({"since": "a while ago"}, PAPER, "From"),
        ({"since": "2025-01-07", "until": "2025-02-01"}, PAPER, "was observed on"),
        ({"cause": "hangover"}, PAPER, "Cause"),
        ({"attested_by": "a cousin"}, PAPER, "Who attests it"),
        ({}, None, "Choose the photo or the PDF"),
        ({}, b"", "The paper is missing"),
        ({}, b"<script>alert(1)</script>", "no JPEG or PNG photo and no PDF"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(
    made: World, person: Participant, data_dir: Path, said: dict[str, str], paper: bytes | None, told: str
) -> None:
    response = enter(made.users[Role.OFFICE], person, paper, **said)
    assert response.status_code == 200
    alert = response.content.decode().partition('role="alert"')[2].partition("</div>")[0]
    assert told in alert
    assert of(person) == []
    assert [path for path in data_dir.rglob("*") if path.is_file()] == []


def test_of_whom_no_rule_excuses_none_is_recorded(made: World) -> None:
    nowhere = Participant.objects.create(
        code="GT9999999", given_names="Eva", family_names="Coc", birth_date=date(1980, 1, 1), sex="F",
        area_id="GT-1304", search_text="eva coc",
    )  # fmt: skip
    page = client(made.users[Role.OFFICE]).get(reverse("evidence:absence", args=[nowhere.code]))
    assert "No rule of this person" in page.content.decode()
    assert "No rule of this person" in enter(made.users[Role.OFFICE], nowhere).content.decode()
    assert of(nowhere) == []


def test_it_is_evidence_like_any_other_and_its_paper_is_kept(made: World, person: Participant) -> None:
    office = made.users[Role.OFFICE]
    assert enter(office, person).status_code == 302
    assert enter(office, person).status_code == 302  # sent twice: recorded once
    (record,) = of(person)
    assert record.body == SAID | {"documented": True}
    assert (record.month, record.reporter, record.area_code) == (date(2026, 9, 1), "office", person.area_id)
    assert record.drop.taken_by == office
    assert canonical_text(record)
    who = pl.Series([person.pk], dtype=pl.Int64)
    assert evidence_frames(who, ["absence"], Month(2026, 10), record.received_at)["absence"].height == 1
    assert Event.objects.filter(action="evidence.take", actor=office).count() == 1
    other = made.people_in("GT")[1]
    assert enter(office, other, cause="disaster").status_code == 302  # one paper for a whole village
    assert Paper.objects.values("sha256").distinct().count() == 1 == len(of(other))


def test_who_sees_the_paper(made: World, person: Participant) -> None:
    enter(made.users[Role.OFFICE], person)
    address = reverse("evidence:paper", args=[of(person)[0].pk])
    seen = {}
    for role, user in made.users.items():
        response = client(user).get(address)
        seen[role] = response.status_code
        if response.streaming:
            assert b"".join(response.streaming_content) == PAPER
    assert {role for role, status in seen.items() if status == 200} == {
        Role.OFFICE, Role.AUDITOR, Role.PARTICIPANT,
    }  # fmt: skip
    assert {status for status in seen.values() if status != 200} == {403}
    shown = client(made.users[Role.PARTICIPANT]).get(address)
    assert b"".join(shown.streaming_content) == PAPER
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in shown["Content-Security-Policy"]
    neighbour = user_make("neighbour", Role.PARTICIPANT, areas=(), code=made.people[1].code)
    assert client(neighbour).get(address).status_code == 404


def test_the_person_reads_it_on_their_own_pages(made: World, person: Participant) -> None:
    enter(made.users[Role.OFFICE], person)
    own = client(made.users[Role.PARTICIPANT])
    for address in (
        reverse("pages:person", args=[person.code]),
        reverse("service_record:person", args=["ca", person.code]),
    ):
        section = own.get(address).content.decode().partition('id="absences"')[2].partition("</section>")[0]
        for text in ("does not count as a break", "Illness", "Health centre", "entered by an office"):
            assert text in section
        assert "Enter an absence" not in section


def test_one_that_came_years_ago_can_be_withdrawn(made: World, person: Participant) -> None:
    enter(made.users[Role.OFFICE], person)
    (record,) = of(person)
    absence_withdraw(
        record=record, actor=made.users[Role.OFFICE], now=record.received_at + timedelta(days=900)
    )
    assert absences_of(person.pk)[0].is_withdrawn


def test_withdrawn_it_excuses_nothing_and_stays_to_be_read(made: World, person: Participant) -> None:
    office = made.users[Role.OFFICE]
    enter(office, person)
    (record,) = of(person)
    address = reverse("evidence:withdraw", args=[record.pk])
    assert client(office).get(address).status_code == 302  # a link withdraws nothing
    assert len(of(person)) == 1
    for _ in range(2):
        client(office).post(address)
    _, withdrawn = of(person)
    assert (withdrawn.corrects, withdrawn.body["documented"]) == (record.key, False)
    (told,) = absences_of(person.pk)
    assert told.is_withdrawn
    assert client(office).get(reverse("evidence:record", args=[record.pk])).status_code == 200


def test_whoever_entered_one_decides_no_month_that_it_bears_on(made: World, person: Participant) -> None:
    entering, other = (
        user_make(name, Role.OFFICE, areas=("GT", "HN", "SV")) for name in ("entering", "other")
    )
    check_actor(entering, "ca")
    enter(entering, person)
    with pytest.raises(CeibaError) as raised:
        check_actor(entering, "ca")
    assert [problem.code for problem in raised.value.problems] == ["run.own_evidence"]
    check_actor(other, "ca")
