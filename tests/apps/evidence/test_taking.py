"""What forms say becomes evidence once; what cannot waits in quarantine with the reason, and holds nothing up."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections, transaction

from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.core.kernel.errors import Problem
from ceiba.devices.selectors import Sender, sender_of
from ceiba.evidence import taking
from ceiba.evidence.models import Closing, Evidence
from ceiba.evidence.taking import Took, submissions_take
from ceiba.registry.models import Participant
from ceiba.submissions.models import Standing, State, Submission
from ceiba.submissions.services import submission_receive
from ceiba.submissions.standings import submissions_retake
from tests.apps.evidence.helpers import register, row, take_rows
from tests.apps.submissions.phone import phone
from tests.fieldforms import NURSERY, filled, published

pytestmark = pytest.mark.django_db
RECEIPT = datetime(2026, 3, 16, 12, tzinfo=UTC)
SQUARE = "15 -91 0 0;15 -90.9 0 0;15.1 -90.9 0 0;15.1 -91 0 0;15 -91 0 0"
CROSSED = "15 -91 0 0;15.1 -90.9 0 0;15 -90.9 0 0;15.1 -91 0 0;15 -91 0 0"


@pytest.fixture(autouse=True)
def people(db: None) -> list[Participant]:
    made = register(3)
    published()
    return made


@pytest.fixture
def sender(db: None) -> Sender:
    return sender_of(phone().device)


@pytest.fixture
def receive(sender: Sender):
    def keep(*forms: bytes, at: datetime = RECEIPT) -> None:
        for form in forms:
            submission_receive(xml=form, files=(), sender=sender, now=at)

    return keep


def take(now: datetime = RECEIPT + timedelta(seconds=1)) -> Took:
    took = submissions_take(now=now)
    assert took is not None
    return took


def standing(instance: str) -> Standing:
    return Standing.objects.get(submission__instance_id=instance)


def reasons(instance: str) -> list[str]:
    return [problem["code"] for problem in standing(instance).problems]


VISIT = {"person": "P-1", "due": 10, "done": 8}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (filled("uuid:x", version="9", **VISIT), "form.unknown"),
        (filled("uuid:x", code="no-form", **VISIT), "form.unknown"),
        (filled("uuid:x", person="P-99", due=10, done=8), "evidence.unknown_participant"),
        (filled("uuid:x", person="P-1", due=8, done=10), "evidence.more_than"),
        (filled("uuid:x", person="P-1", due=8), "form.column_missing"),
        (filled("uuid:x", due=8, done=8), "form.participant_missing"),
        (filled("uuid:x", person="P-1", due="many", done=8), "cell.whole_number"),
        (filled("uuid:x", edge=CROSSED, **VISIT), "form.shape_crosses"),
        (filled("uuid:x", edge="15 -91 0 0;15 -90 0 0;15 -91 0 0", **VISIT), "form.shape_open"),
        (filled("uuid:x", edge="nowhere", **VISIT), "form.shape_unreadable"),
        (filled("uuid:x", month="2026-06-01", **VISIT), "cell.future"),
        (filled("uuid:x", month="2025-11-01", **VISIT), "evidence.month_apart"),
        (filled("uuid:x", month="soon", **VISIT), "form.month_unreadable"),
        (filled("uuid:x", planted=(("timber", 5), ("gold", 3)), **VISIT), "cell.choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_evidence_is_quarantined_whole_and_alone(receive, form: bytes, code: str) -> None:
    receive(form, filled("uuid:good", person="P-2", due=10, done=9))
    took = take()
    assert (took.submissions, took.quarantined) == (2, 1)
    assert standing("uuid:x").state == State.QUARANTINED
    assert code in reasons("uuid:x")
    assert [e.key for e in Evidence.objects.all()] == ["uuid:good"]
    assert standing("uuid:good").state == State.TAKEN


def test_a_visit_becomes_records_that_name_their_submission(receive) -> None:
    receive(
        filled(
            "uuid:a",
            place="15.3 -91.5 1800 4.5",
            edge=SQUARE,
            planted=(("timber", 40), ("fruit", 7)),
            **VISIT,
        )
    )
    took = take()
    assert (took.submissions, took.quarantined, took.records) == (1, 0, 3)
    assert took.people.rows() == [(Participant.objects.get(code="P-1").pk, date(2026, 3, 1))]
    by_key = {(e.kind, e.key): e for e in Evidence.objects.all()}
    visit = by_key["visit", "uuid:a"]
    assert visit.body == {"plan_due": 10, "plan_done": 8, "accuracy_m": 4}
    assert by_key["planting", "uuid:a/2"].body["plants"] == 7
    submission = Submission.objects.get()
    assert all(e.submission == submission and e.drop is None for e in by_key.values())
    assert (visit.reporter, visit.received_at, visit.month) == ("T-1", RECEIPT, date(2026, 3, 1))
    stands = standing("uuid:a")
    assert (stands.participant.code, stands.area_code, stands.group_code) == ("P-1", "GT-0101", "CAC-1")
    assert (stands.lon, stands.lat, stands.accuracy_m, stands.clock) == (-91.5, 15.3, 4.5, "phone")
    assert stands.root == submission


def test_taken_once(receive) -> None:
    receive(filled("uuid:a", **VISIT))
    take()
    receive(filled("uuid:a", **VISIT))
    assert submissions_take(now=RECEIPT) is None
    assert Evidence.objects.count() == 1


def test_an_edit_corrects_what_it_replaces_entry_by_entry(receive) -> None:
    receive(filled("uuid:a", planted=(("timber", 40), ("fruit", 7)), **VISIT))
    take()
    receive(filled("uuid:b", replaces="uuid:a", planted=(("timber", 30),), person="P-1", due=10, done=9))
    take()
    corrected = {
        (e.kind, e.key): (e.corrects, e.body)
        for e in Evidence.objects.filter(submission__instance_id="uuid:b")
    }
    assert corrected["visit", "uuid:b"][0] == "uuid:a"
    assert corrected["visit", "uuid:b"][1]["plan_done"] == 9
    assert corrected["planting", "uuid:b/1"] == ("uuid:a/1", corrected["planting", "uuid:b/1"][1])
    assert corrected["planting", "uuid:b/2"][0] == "uuid:a/2"
    assert corrected["planting", "uuid:b/2"][1]["plants"] == 0
    assert standing("uuid:b").root.instance_id == "uuid:a"
    receive(filled("uuid:c", replaces="uuid:b", person="P-1", due=10, done=10))
    take()
    assert Evidence.objects.get(kind="visit", key="uuid:c").corrects == "uuid:b"
    assert standing("uuid:c").root.instance_id == "uuid:a"


def test_a_second_edit_of_the_same_submission_is_for_a_person_to_decide(receive) -> None:
    receive(filled("uuid:a", **VISIT))
    take()
    receive(
        filled("uuid:b", replaces="uuid:a", person="P-1", due=10, done=9),
        filled("uuid:c", replaces="uuid:a", person="P-1", due=10, done=1),
    )
    take()
    receive(filled("uuid:d", replaces="uuid:a", person="P-1", due=10, done=2))
    take()
    assert [standing(f"uuid:{n}").state for n in "bcd"] == [State.TAKEN, State.QUARANTINED, State.QUARANTINED]
    assert reasons("uuid:d") == ["form.second_edit"]


def test_an_edit_waits_for_what_it_replaces_and_both_may_come_together(receive) -> None:
    receive(filled("uuid:b", replaces="uuid:a", person="P-1", due=10, done=9))
    assert take().records == 0
    assert standing("uuid:b").state == State.WAITING
    assert submissions_take(now=RECEIPT) is None
    receive(filled("uuid:a", **VISIT))
    while submissions_take(now=RECEIPT + timedelta(seconds=2)):
        pass
    assert Evidence.objects.get(key="uuid:b").corrects == "uuid:a"


def test_an_edit_of_a_quarantined_submission_takes_its_place(receive) -> None:
    receive(filled("uuid:a", person="P-1", due=8, done=10))
    take()
    receive(filled("uuid:b", replaces="uuid:a", **VISIT))
    take()
    assert (standing("uuid:a").state, standing("uuid:b").state) == (State.SET_ASIDE, State.TAKEN)


def test_an_edit_that_is_quarantined_itself_does_not(receive) -> None:
    receive(filled("uuid:1", person="P-99", due=10, done=8))
    take()
    receive(filled("uuid:2", replaces="uuid:1", person="P-98", due=10, done=8))
    take()
    assert [standing(name).state for name in ("uuid:1", "uuid:2")] == [State.QUARANTINED] * 2


def test_what_could_be_read_when_it_came_and_no_more_is_for_a_person(receive, monkeypatch) -> None:
    def stricter(*_: object) -> None:
        raise UnsafeXml("not_xml", "since")

    receive(filled("uuid:1", **VISIT))
    monkeypatch.setattr(taking, "read_answers", stricter)
    take()
    assert (standing("uuid:1").state, reasons("uuid:1")) == (State.QUARANTINED, ["form.unreadable"])


def test_an_edit_of_what_an_office_has_corrected_since_is_for_a_person_to_decide(
    receive, tmp_path: Path
) -> None:
    """Both would count otherwise: what the office says was planted, and what the edit says."""
    receive(filled("uuid:1", planted=(("timber", 40),), **VISIT))
    take()
    take_rows(tmp_path, "planting", row("planting", key="office", corrects="uuid:1/1", plants=30))
    receive(filled("uuid:2", replaces="uuid:1", planted=(("timber", 50),), **VISIT))
    take()
    assert (standing("uuid:2").state, reasons("uuid:2")) == (
        State.QUARANTINED,
        ["evidence.corrected_already"],
    )


def test_quarantine_is_looked_at_again_when_the_cause_is_gone(receive) -> None:
    receive(filled("uuid:a", version="2", **VISIT))
    take()
    published(version="2")
    assert submissions_retake(ids=[Submission.objects.get().pk], actor=None) == 1
    assert take().records == 1
    assert standing("uuid:a").problems == []


@pytest.mark.parametrize("start", ["1999-01-01T10:00:00.000-06:00", "2031-01-01T10:00:00.000-06:00"])
def test_a_clock_years_off_does_not_decide(receive, start: str) -> None:
    receive(filled("uuid:a", start=start, **VISIT))
    take()
    stands = standing("uuid:a")
    assert (stands.state, stands.clock, stands.observed_at) == (State.TAKEN, "server", RECEIPT)
    assert stands.stated_at.year == int(start[:4])


def test_a_month_is_that_of_the_place_where_it_was_observed(receive) -> None:
    receive(filled("uuid:a", start="2026-02-28T20:00:00.000-06:00", **VISIT))  # March already in UTC
    take()
    assert Evidence.objects.get().month == date(2026, 2, 1)


def test_what_comes_after_a_month_was_decided_is_late_whenever_it_was_received(receive) -> None:
    receive(filled("uuid:a", **VISIT))
    Closing.objects.create(programme_id="ca", month=date(2026, 3, 1), cutoff=RECEIPT + timedelta(hours=1))
    now = RECEIPT + timedelta(hours=2)
    take(now)
    assert Evidence.objects.get().received_at == now


def test_records_of_a_group_are_of_its_municipality(receive) -> None:
    published(NURSERY, code="ca-nursery")
    says = {"class": "timber", "species": "cedro", "sown": 9, "living": 8, "ready": 7}
    receive(
        filled("uuid:n", code="ca-nursery", cac="CAC-1", **says),
        filled("uuid:m", code="ca-nursery", cac="CAC-9", **says),
    )
    assert take().records == 1
    record = Evidence.objects.get()
    assert (record.area_code, record.participant, record.body["group"]) == ("GT-0101", None, "CAC-1")
    assert standing("uuid:n").group_code == "CAC-1"
    assert standing("uuid:m").state == State.QUARANTINED


def test_batches_go_on_where_the_last_one_ended(receive) -> None:
    receive(*(filled(f"uuid:{i}", **VISIT) for i in range(7)))
    sizes = []
    while took := submissions_take(now=RECEIPT + timedelta(seconds=1), most=3):
        sizes.append(took.submissions)
    assert sizes == [3, 3, 1]
    assert Evidence.objects.count() == 7


def test_what_replaces_itself_or_what_replaces_it_is_shown_and_not_kept_waiting_unseen(receive) -> None:
    receive(filled("uuid:self", replaces="uuid:self", **VISIT))
    receive(filled("uuid:a", replaces="uuid:b", **VISIT), filled("uuid:b", replaces="uuid:a", **VISIT))
    take()
    for name in ("uuid:self", "uuid:a", "uuid:b"):
        assert (standing(name).state, reasons(name)) == (State.WAITING, ["form.predecessor_missing"])
    assert submissions_take(now=RECEIPT + timedelta(hours=1)) is None
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("create", "dataset", "more", "waits"),
    [
        (True, "participants", [], "P-9"),
        (False, "participants", [], ""),
        (True, "plots", [], ""),
        (True, "participants", [Problem("form.month_unreadable")], ""),
    ],
)
def test_only_whoever_is_enrolled_by_it_is_waited_for(create: bool, dataset: str, more, waits: str) -> None:
    block = SimpleNamespace(create=create, dataset=dataset)
    sent = SimpleNamespace(answers=SimpleNamespace(entities=(block,), participant="P-9"))
    taking_one = taking.Taking((), {1: sent})  # type: ignore[dict-item]
    taking_one.against(1, [Problem("evidence.unknown_participant"), *more])
    assert taking_one.waits_for(1) == waits
    assert taking_one.state(1) == (State.WAITING if waits else State.QUARANTINED)


def test_evidence_is_taken_by_one_at_a_time(receive) -> None:
    receive(filled("uuid:1", **VISIT))
    other = connections.create_connection("default")
    try:
        with other.cursor() as elsewhere, transaction.atomic(), connection.cursor() as here:
            elsewhere.execute("SELECT pg_advisory_lock(hashtext('ceiba evidence'))")
            here.execute("SET LOCAL lock_timeout = '20ms'")
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                submissions_take(now=RECEIPT)
    finally:
        other.close()
    assert take().submissions == 1
