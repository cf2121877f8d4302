"""Whom a submission speaks of outside its sender's groups is noted when it is taken, and stays so."""

from datetime import UTC, datetime, timedelta

import pytest

from ceiba.devices.selectors import sender_of
from ceiba.evidence.taking import submissions_take
from ceiba.registry.models import Group, Participant, Technician
from ceiba.submissions.models import Standing
from ceiba.submissions.services import submission_receive
from tests.apps.evidence.helpers import register
from tests.apps.submissions.phone import phone
from tests.fieldforms import filled, published

pytestmark = pytest.mark.django_db
RECEIPT = datetime(2026, 3, 16, 12, tzinfo=UTC)
TRAINING = """
| survey | | | | |
| | type | name | label | bind::ceiba:gives |
| | start | start | | |
| | integer | held | Held | attendance.sessions_held |
| | begin_repeat | planted | Member | |
| | text | class | Who | head.participant |
| | integer | plants | Attended | attendance.sessions_attended |
| | end_repeat | | | |
| settings | | | |
| | form_id | form_title | version | namespaces |
| | {code} | Training | {version} | ceiba="urn:ceiba:forms" |
"""


@pytest.fixture(autouse=True)
def people(db: None) -> list[Participant]:
    """P-1 and P-2 of the sender's group, P-3 of another's, P-4 of none."""
    made = register(4)
    published()
    published(TRAINING, code="ca-training")
    for number in (1, 2):
        own = Technician.objects.create(code=f"T-{number}", name="t", kind="social", area_id="GT-0101")
        Group.objects.update_or_create(
            code=f"CAC-{number}", defaults={"name": "g", "area_id": "GT-0101", "technician_social": own}
        )
    Participant.objects.filter(code="P-3").update(group=Group.objects.get(code="CAC-2"))
    Participant.objects.filter(code="P-4").update(group=None)
    return made


def taken(*forms: bytes) -> dict[str, list[str]]:
    """By submission, the codes of those outside the portfolio of T-1, who sends."""
    sender = sender_of(phone().device)
    for form in forms:
        submission_receive(xml=form, files=(), sender=sender, now=RECEIPT)
    submissions_take(now=RECEIPT + timedelta(seconds=1))
    return told()


def told() -> dict[str, list[str]]:
    codes = dict(Participant.objects.values_list("pk", "code"))
    return {
        each.submission.instance_id: [codes[person] for person in each.outside or ()]
        for each in Standing.objects.select_related("submission")
    }


def test_a_person_of_another_portfolio_and_one_of_none(people: list[Participant]) -> None:
    assert taken(
        filled("uuid:3", person="P-3", due=8, done=8), filled("uuid:4", person="P-4", due=8, done=8)
    ) == {"uuid:3": ["P-3"], "uuid:4": ["P-4"]}
    assert set(Standing.objects.values_list("state", flat=True)) == {"taken"}, "it is evidence all the same"


def test_one_in_quarantine_says_so_too(people: list[Participant]) -> None:
    assert taken(filled("uuid:q", person="P-3", due=8, done=10)) == {"uuid:q": ["P-3"]}


def test_ones_own_people_and_nobody_at_all(people: list[Participant]) -> None:
    own = filled("uuid:1", person="P-1", due=8, done=8)
    nobody = filled("uuid:n", person="P-99", due=8, done=8)
    assert taken(own, nobody) == {"uuid:1": [], "uuid:n": []}


def test_people_of_entries_are_looked_at_one_by_one(people: list[Participant]) -> None:
    entries = (("P-1", 2), ("P-3", 2), ("P-4", 1), ("P-2", 1))
    form = filled("uuid:t", code="ca-training", planted=entries, held=2)
    assert taken(form) == {"uuid:t": ["P-3", "P-4"]}


def test_it_is_judged_by_the_portfolio_of_the_moment(people: list[Participant]) -> None:
    taken(filled("uuid:1", person="P-1", due=8, done=8), filled("uuid:3", person="P-3", due=8, done=8))
    Participant.objects.filter(code="P-1").update(group=Group.objects.get(code="CAC-2"))
    Participant.objects.filter(code="P-3").update(group=Group.objects.get(code="CAC-1"))
    assert told() == {"uuid:1": [], "uuid:3": ["P-3"]}, "a later move changes nothing"
    again = filled("uuid:5", person="P-1", due=8, done=7, start="2026-03-15T16:00:00.000-06:00")
    assert taken(again)["uuid:5"] == ["P-1"]
