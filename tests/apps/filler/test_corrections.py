"""What was returned is opened by who sent it, and by nobody else; its correction takes it off the list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.evidence.models import Evidence
from ceiba.evidence.taking import submissions_take
from ceiba.filler import corrections
from ceiba.forms.models import Form, FormVersion
from ceiba.review.selectors.returned import latest_returned, returned_for, returned_note
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.reviews import review_add
from ceiba.submissions.models import Standing, Submission
from tests.apps.filler.test_sending import sent
from tests.apps.web.conftest import ROLES
from tests.factories import World, user_make
from tests.fieldforms import VISIT, filled, published

SignIn = Callable[[str], Client]
BROWSER = "0b5c7f0e-2f3a-4a53-9d56-0f1e6f5f7a10"
NOW = datetime.now(UTC)
OPENED = reverse("filler:returned", args=["uuid:1"])
PHOTO = reverse("filler:returned_file", args=["uuid:1", "plot.jpg"])
OTHERS = [role for role in ROLES if role != Role.TECHNICIAN]


def day(days: int) -> str:
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000+00:00")


def intake() -> None:
    """What `ceiba intake` does with what waits."""
    took = submissions_take(now=datetime.now(UTC))
    assert took is not None
    flags_compute(submissions=took.numbers, now=datetime.now(UTC))


@pytest.fixture
def technician(made: World, visit: FormVersion, as_role: SignIn) -> Client:
    published(VISIT, version="2")
    return as_role(Role.TECHNICIAN)


@pytest.fixture
def returned(made: World, technician: Client) -> Submission:
    """A visit of two days ago with a photo, sent from a browser, taken and returned."""
    form = filled(
        "uuid:1",
        version="2",
        start=day(2),
        person=made.people_in("GT-1304")[0].code,
        due=8,
        done=7,
        photo="plot.jpg",
    )
    assert sent(technician, form, plot=b"a picture").status_code == 201
    intake()
    found = Submission.objects.get()
    assert Standing.objects.get().state == "taken"
    review_add(
        submission=found.pk, decision="returned", reason="Oscura", by=made.users["supervisor"], now=NOW
    )
    latest_returned.cache_clear()  # the answer to the first submission has read it within this minute
    return found


def other_technician() -> Client:
    client = Client()
    someone = user_make("neighbour", Role.TECHNICIAN, areas=(), code="T-P-GT-1301")
    client.force_login(someone, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("address", [OPENED, PHOTO])
def test_nobody_opens_it_without_signing_in(returned: Submission, address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"][:18]) == (302, "/accounts/sign-in/")


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("address", [OPENED, PHOTO])
def test_no_other_role_opens_it(returned: Submission, as_role: SignIn, role: str, address: str) -> None:
    assert as_role(role).get(address).status_code == 403


@pytest.mark.parametrize("address", [OPENED, PHOTO])
def test_no_other_technician_opens_it_even_of_the_same_group(
    made: World, returned: Submission, technician: Client, address: str
) -> None:
    own = technician.get(address)
    assert own.status_code == 200
    assert b"".join(own)
    assert other_technician().get(address).status_code == 404
    colleague = Client()
    same = user_make("colleague", Role.TECHNICIAN, areas=(), code="T-S-GT-1304")
    colleague.force_login(same, backend="django.contrib.auth.backends.ModelBackend")
    assert colleague.get(address).status_code == 404


@pytest.mark.parametrize("address", [OPENED, PHOTO])
def test_what_was_not_returned_is_not_opened(
    made: World, technician: Client, returned: Submission, address: str
) -> None:
    review_add(submission=returned.pk, decision="approved", reason="", by=made.users["supervisor"], now=NOW)
    assert technician.get(address).status_code == 404


def test_nor_what_is_not_there(returned: Submission, technician: Client) -> None:
    assert technician.get(reverse("filler:returned", args=["uuid:none"])).status_code == 404
    assert technician.get(reverse("filler:returned_file", args=["uuid:1", "other.jpg"])).status_code == 404


def test_nor_one_of_a_form_that_one_is_not_offered_any_more(returned: Submission, technician: Client) -> None:
    Form.objects.filter(code="ca-visit").update(programme=_other_programme())
    assert technician.get(OPENED).status_code == 404


def _other_programme() -> Any:
    from ceiba.rulebook.models import Programme

    return Programme.objects.create(code="zz", currency="USD", name={"es": "z", "en": "z"})


def test_it_opens_in_the_version_it_was_sent_by_with_its_files(
    returned: Submission, technician: Client
) -> None:
    newer = published(VISIT.replace("| Due |", "| Tareas |"), version="3")
    told = technician.get(OPENED).json()
    assert told["xml"] == bytes(returned.xml).decode()
    assert (told["form"]["code"], told["form"]["version"]) == ("ca-visit", "2")
    form = technician.get(told["form"]["address"]).content
    assert b'version="2"' in form and form != bytes(newer.xform)
    assert [(file["name"], file["type"]) for file in told["files"]] == [("plot.jpg", "image/jpeg")]
    assert b"".join(technician.get(told["files"][0]["address"]).streaming_content) == b"a picture"


def test_a_correction_takes_it_off_the_list_once_it_is_taken(
    made: World, returned: Submission, technician: Client
) -> None:
    user = User.objects.get(username="technician")
    person = made.people_in("GT-1304")[0].code
    form = filled("uuid:2", version="2", replaces="uuid:1", start=day(2), person=person, due=8, done=6)
    answer = sent(technician, form)
    assert answer.status_code == 201
    assert "Le devolvieron 1" in answer.content.decode(), "said until it has been taken"
    assert [row.instance_id for row in returned_for(user.pk)] == ["uuid:1"]
    assert technician.get(OPENED).status_code == 404, "but it is corrected once"
    intake()
    assert returned_for(user.pk) == []
    assert returned_note(user.pk, "es", NOW + timedelta(hours=1)) == ""
    assert Evidence.objects.get(kind="visit", corrects="uuid:1").body["plan_done"] == 6


def test_a_correction_that_is_returned_is_corrected_in_its_turn(
    made: World, returned: Submission, technician: Client
) -> None:
    person = made.people_in("GT-1304")[0].code
    form = filled("uuid:2", version="2", replaces="uuid:1", start=day(2), person=person, due=8, done=6)
    assert sent(technician, form).status_code == 201
    intake()
    edit = Submission.objects.get(instance_id="uuid:2")
    review_add(submission=edit.pk, decision="returned", reason="Aún", by=made.users["supervisor"], now=NOW)
    page = technician.get(reverse("review:returned")).content.decode()
    assert "/fill/ca-visit/?edit=uuid%3A2" in page, "of edits, the last is corrected"
    assert "uuid:2" in technician.get(reverse("filler:returned", args=["uuid:2"])).json()["xml"]
    assert technician.get(OPENED).status_code == 404


def test_files_that_the_form_does_not_name_stay_with_the_office(
    technician: Client, returned: Submission
) -> None:
    form = bytes(returned.xml)
    assert sent(technician, form, otra=b"another").status_code == 201
    assert set(returned.attachments.values_list("name", "is_named")) == {
        ("plot.jpg", True),
        ("otra.jpg", False),
    }
    named = technician.get(OPENED).json()["files"]
    assert [file["name"] for file in named] == ["plot.jpg"]


def test_what_nobody_can_read_any_more_is_not_opened(
    technician: Client, returned: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stricter(_: bytes) -> None:
        raise UnsafeXml("not_xml", "since")

    monkeypatch.setattr(corrections, "read_xml", stricter)
    assert technician.get(OPENED).status_code == 404
