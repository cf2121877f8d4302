"""What phones send becomes facts of the open month by itself, and an intake that died is made up for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.devices.selectors import Sender, sender_of
from ceiba.evidence import taking
from ceiba.evidence.models import Evidence
from ceiba.facts.models import FactsSoFar, MonthFacts
from ceiba.facts.sofar import so_far_of
from ceiba.registry.models import Participant
from ceiba.rulebook.selectors import latest_version
from ceiba.runs.intake import Intake
from ceiba.submissions.models import Standing, State
from ceiba.submissions.services import submission_receive
from ceiba.submissions.standings import submissions_retake
from tests.apps.evidence.helpers import register
from tests.apps.submissions.phone import phone
from tests.fieldforms import filled, published

pytestmark = pytest.mark.django_db
RECEIPT = datetime(2026, 3, 16, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1)


@pytest.fixture
def sender(db: None) -> Sender:
    register(3)
    published()
    return sender_of(phone().device)


def receive(sender: Sender, instance: str, person: str, done: int) -> None:
    submission_receive(
        xml=filled(instance, person=person, due=10, done=done), files=(), sender=sender, now=RECEIPT
    )


def test_facts_follow_what_was_taken(sender: Sender) -> None:
    receive(sender, "uuid:a", "P-1", 8)
    receive(sender, "uuid:b", "P-2", 6)
    intake = Intake(clock=lambda: 0.0)
    assert intake.step(RECEIPT + timedelta(seconds=1))
    intake.step(RECEIPT + timedelta(seconds=2))
    rows = {row.participant.code: (row.month, row.plan_done) for row in FactsSoFar.objects.all()}  # type: ignore[attr-defined]
    assert rows == {"P-1": (MARCH, 8), "P-2": (MARCH, 6)}
    assert FactsSoFar.objects.get(participant__code="P-1").sessions_held is None  # type: ignore[attr-defined]


def test_a_programme_without_a_published_rulebook_stops_nobody(sender: Sender) -> None:
    """Nor does it wait for one: facts are what the evidence says, whatever rules will be made of them."""
    register(2, programme="zz")  # P-4 and P-5
    published(code="zz-visit", programme="zz")
    with pytest.raises(CeibaError):
        latest_version("zz")
    form = filled("uuid:z", person="P-4", due=10, done=7, code="zz-visit")
    submission_receive(xml=form, files=(), sender=sender, now=RECEIPT)
    receive(sender, "uuid:a", "P-1", 8)
    intake = Intake(clock=lambda: 0.0)
    intake.recover()
    for _ in range(3):
        intake.step(RECEIPT + timedelta(seconds=1))
    assert Evidence.objects.filter(kind="visit", submission__instance_id="uuid:z").count() == 1
    rows = FactsSoFar.objects.values_list("programme", "participant__code", "plan_done")
    assert set(rows) == {("zz", "P-4", 7), ("ca", "P-1", 8)}
    assert not Standing.objects.exclude(state=State.TAKEN).exists()


def test_later_evidence_draws_them_again(sender: Sender) -> None:
    receive(sender, "uuid:a", "P-1", 8)
    intake = Intake(clock=lambda: 0.0)
    intake.step(RECEIPT + timedelta(seconds=1))
    intake.step(RECEIPT + timedelta(seconds=1))
    edit = filled("uuid:b", replaces="uuid:a", person="P-1", due=10, done=9)
    submission_receive(xml=edit, files=(), sender=sender, now=RECEIPT)
    intake.step(RECEIPT + timedelta(seconds=2))
    intake.step(RECEIPT + timedelta(seconds=2))
    assert FactsSoFar.objects.get().plan_done == 9  # type: ignore[attr-defined]


def test_what_an_intake_that_died_had_taken_is_drawn_by_the_next(sender: Sender) -> None:
    receive(sender, "uuid:a", "P-1", 8)
    dead = Intake(clock=lambda: 0.0)
    dead._last["facts"] = 0.0  # it would have waited for more
    assert dead.step(RECEIPT + timedelta(seconds=1))
    assert not FactsSoFar.objects.exists()
    intake = Intake(clock=lambda: 0.0)
    intake.recover()
    intake.step(RECEIPT + timedelta(seconds=5))
    assert FactsSoFar.objects.get().plan_done == 8  # type: ignore[attr-defined]


def test_facts_that_trailed_when_it_died_are_drawn_too(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(sender, "uuid:a", "P-1", 8)
    receive(sender, "uuid:b", "P-2", 6)
    monkeypatch.setattr("ceiba.runs.intake.BETWEEN", 1)
    dead = Intake(clock=lambda: 0.0)
    assert dead.step(RECEIPT + timedelta(seconds=1))
    assert FactsSoFar.objects.count() == 1
    intake = Intake(clock=lambda: 0.0)
    intake.recover()
    intake.step(RECEIPT + timedelta(seconds=5))
    assert FactsSoFar.objects.count() == 2


def test_a_month_that_was_decided_is_left_alone(sender: Sender) -> None:
    person = Participant.objects.get(code="P-1")
    receive(sender, "uuid:a", "P-1", 8)
    intake = Intake(clock=lambda: 0.0)
    intake.step(RECEIPT + timedelta(seconds=1))
    intake.step(RECEIPT + timedelta(seconds=1))
    assert [row.month for row in so_far_of(person.pk)] == [MARCH]
    MonthFacts.objects.bulk_create(
        [
            MonthFacts(
                programme_id="ca", month=MARCH, participant=person, revision=0, run_id=1, area_code="GT-0101"
            )
        ]
    )
    assert so_far_of(person.pk) == []
    FactsSoFar.objects.all().delete()
    intake.recover()
    intake.step(RECEIPT + timedelta(seconds=3))
    assert not FactsSoFar.objects.exists()


def test_a_form_that_breaks_the_taking_stops_nobody_else(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        receive(sender, f"uuid:{number}", "P-1", 8)
    real = taking.read_answers

    def breaks(form: Any, xml: bytes) -> Any:
        if b"uuid:7<" in xml:
            raise RuntimeError("a fault that names P-1")
        return real(form, xml)

    monkeypatch.setattr(taking, "read_answers", breaks)
    intake = Intake(clock=lambda: 0.0)
    for _ in range(30):
        intake.step(RECEIPT + timedelta(seconds=1))
    states = dict(Standing.objects.values_list("submission__instance_id", "state"))
    assert states.pop("uuid:7") == State.QUARANTINED
    assert set(states.values()) == {State.TAKEN}
    broken = Standing.objects.get(state=State.QUARANTINED)
    assert [problem["code"] for problem in broken.problems] == ["form.unexpected"]
    monkeypatch.undo()
    submissions_retake(ids=[broken.pk], actor=None)
    intake.step(RECEIPT + timedelta(seconds=2))
    assert Evidence.objects.filter(submission=broken.pk).exists()
