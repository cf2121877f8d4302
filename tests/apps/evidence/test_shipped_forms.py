"""The forms that Ceiba ships, filled in and sent, become evidence in the register of their people and groups."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from ceiba.devices.selectors import Sender, sender_of
from ceiba.entities.models import EntityUpdate
from ceiba.evidence.models import Evidence
from ceiba.evidence.taking import submissions_take
from ceiba.registry.models import Group, Participant, Technician
from ceiba.submissions.models import Standing, State
from ceiba.submissions.services import submission_receive
from tests.apps.evidence.helpers import register
from tests.apps.submissions.phone import phone
from tests.fieldforms import published
from tests.forms.shipped import PATHS, answers, definition

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)


@pytest.fixture
def sender(db: None) -> Sender:
    """A phone that has the forms of Central America, and the people and groups that the answers are about."""
    (person,) = register(1)
    Participant.objects.filter(pk=person.pk).update(code="GT0000001")
    Participant.objects.create(
        code="GT0000002", given_names="Tomás", family_names="Ixim", birth_date=date(1948, 1, 1), sex="M",
        area_id="GT-0101", group_id=Group.objects.get().pk, search_text="tomas ixim",
    )  # fmt: skip
    Group.objects.create(code="CAC-2", name="CAC 2", area_id="GT-0101")
    own = Technician.objects.create(code="T-1", name="t", kind="social", area_id="GT-0101")
    Group.objects.update(technician_social=own)
    for path in PATHS:
        if path.stem.startswith("ca-"):
            published(path.read_text(), path.stem, definition(path.stem).version)
    return sender_of(phone().device)


def send(sender: Sender, *names: str) -> dict[str, str]:
    """Name -> how the submission stands after it was taken in."""
    for name in names:
        submission_receive(xml=answers(name), files=(), sender=sender, now=NOW)
    while submissions_take(now=NOW):
        pass
    return dict(Standing.objects.values_list("submission__instance_id", "state"))


def test_all_of_them_are_taken(sender: Sender) -> None:
    names = (
        "visit", "second-visit", "second-visit-unreached", "planting", "plot-walk", "survival", "nursery", "goods",
        "harvest", "incident", "life", "absence",
    )  # fmt: skip
    assert send(sender, *names) == {f"uuid:{name}": State.TAKEN for name in names}
    assert Counter(Evidence.objects.values_list("kind", flat=True)) == {
        "visit": 1, "second_visit": 1, "task": 2, "attendance": 1, "assembly": 1, "planting": 2,
        "plot_walk": 1, "survival": 1, "nursery": 1, "goods": 1, "harvest": 1, "incident": 1, "proof_of_life": 1,
        "absence": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("<until>2026-11-20", "<until>2026-10-04", ("evidence.ends_before", "absence.until")),
        ("<until>2026-11-20", "<until>2027-10-07", ("evidence.absence_long", "absence.until")),
        ("<since>2026-10-05", "<since>2026-11-27", ("cell.future", "absence.since")),
        ("<since>2026-10-05", "<since>2026-09-05", ("evidence.absence_month", "absence.month")),
        ("<cause>illness", "<cause>hangover", ("cell.choice", "absence.cause")),
        ("<attested_by>health_centre", "<attested_by>", ("form.column_missing", "/data/paper/attested_by")),
        ("GT0000001", "GT0000003", ("form.of_others", "")),
    ],
)
def test_an_absence_that_cannot_be_or_is_of_somebody_elses_people_waits_for_a_person(
    sender: Sender, said: str, instead: str, problem: tuple[str, str]
) -> None:
    """The phone refuses these; who changes the phone's form does not get them past the office."""
    other = Group.objects.create(code="CAC-3", name="CAC 3", area_id="GT-0101")
    Participant.objects.create(
        code="GT0000003", given_names="Eva", family_names="Coc", birth_date=date(1980, 1, 1), sex="F",
        area_id="GT-0101", group=other, search_text="eva coc",
    )  # fmt: skip
    wrong = answers("absence").replace(said.encode(), instead.encode())
    assert wrong != answers("absence")
    submission_receive(xml=wrong, files=(), sender=sender, now=NOW)
    assert send(sender) == {"uuid:absence": State.QUARANTINED}
    told = [(each["code"], each["place"]) for each in Standing.objects.get().problems]
    assert told == [problem]
    assert not Evidence.objects.exists()


def test_what_is_of_a_group_is_of_its_municipality_and_of_nobody(sender: Sender) -> None:
    send(sender, "nursery", "goods")
    for record in Evidence.objects.all():
        assert (record.area_code, record.participant) == ("GT-0101", None)


def test_who_refuses_leaves_no_evidence_unless_they_are_in_the_register(sender: Sender) -> None:
    send(sender, "enrolment-refused", "enrolment-known-refuses")
    assert [(r.kind, r.body["agreed"]) for r in Evidence.objects.all()] == [("consent", False)]


def test_an_enrolment_waits_for_the_person_and_is_evidence_then(sender: Sender) -> None:
    assert send(sender, "enrolment-new") == {"uuid:enrolment-new": State.WAITING}
    assert not Evidence.objects.exists()
    Participant.objects.create(
        code="GT0000999", given_names="Ana", family_names="Choc", birth_date=date(1980, 1, 1), sex="F",
        area_id="GT-0101", search_text="ana choc",
    )  # fmt: skip
    assert send(sender) == {"uuid:enrolment-new": State.TAKEN}
    assert Counter(Evidence.objects.values_list("kind", flat=True)) == {
        "consent": 1,
        "document_check": 4,
        "land_check": 1,
    }


def test_entities_hear_of_what_is_taken_and_of_whom_it_enrols_but_not_of_what_is_in_quarantine(
    sender: Sender,
) -> None:
    wrong = answers("visit").replace(b"GT0000001", b"GT0000099")
    assert wrong != answers("visit")
    submission_receive(xml=wrong, files=(), sender=sender, now=NOW)
    assert send(sender) == {"uuid:visit": State.QUARANTINED}
    assert not EntityUpdate.objects.exists()
    assert send(sender, "enrolment-new")["uuid:enrolment-new"] == State.WAITING
    assert EntityUpdate.objects.exists()


def test_a_form_that_names_no_entity_by_an_id_is_not_evidence_before_somebody_looked(sender: Sender) -> None:
    wrong = answers("visit").replace(b'id="00000000-0000-4000-8000-0000000000a1"', b'id="P-1"')
    assert wrong != answers("visit")
    submission_receive(xml=wrong, files=(), sender=sender, now=NOW)
    assert send(sender) == {"uuid:visit": State.QUARANTINED}
    assert [each["code"] for each in Standing.objects.get().problems] == ["form.entity_unnamed"]
    assert not Evidence.objects.exists()
