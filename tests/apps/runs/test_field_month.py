"""From a phone to a decision: what a form says in time counts for its month, though nobody had looked at it yet."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from ceiba.core.forms.filling import Blank
from ceiba.determinations.models import Determination
from ceiba.devices.selectors import sender_of
from ceiba.evidence.models import Evidence
from ceiba.facts.models import MonthFacts
from ceiba.forms.models import FormVersion
from ceiba.forms.services import forms_publish_folder
from ceiba.registry.models import Participant
from ceiba.runs.models import Run
from ceiba.runs.selectors import cutoff_of
from ceiba.runs.services import month_run
from ceiba.service_record.models import ServiceRecord
from ceiba.submissions.services import submission_receive
from tests.apps.runs.conftest import FIRST, NOW, ROOT
from tests.apps.submissions.phone import phone

pytestmark = pytest.mark.django_db


def visit(person: Participant, at: datetime, done: int) -> bytes:
    """The programme's own visit form, filled in."""
    version = FormVersion.objects.filter(form__code="ca-visit").latest("pk")
    return Blank(bytes(version.xform)).filled(
        f"uuid:{uuid4()}",
        {
            "start": at.isoformat(), "end": at.isoformat(), "when/month": f"{FIRST}-01",
            "who/participant_code": person.code, "place": "15.3 -91.5 1800 4.5",
            "plan/task": [{"task_class": "weeding", "counts/due": 10, "counts/done": done}],
            "plan/plan_due": 10, "plan/plan_done": done,
            "sessions/sessions_held": 4, "sessions/sessions_attended": 4,
        },
        {"participants": {"id": str(uuid4()), "baseVersion": "1"}},
    )  # fmt: skip


def absence(person: Participant, at: datetime, since: str, until: str) -> bytes:
    """The form of an absence, filled in."""
    version = FormVersion.objects.filter(form__code="ca-absence").latest("pk")
    return Blank(bytes(version.xform)).filled(
        f"uuid:{uuid4()}",
        {
            "start": at.isoformat(), "end": at.isoformat(), "who/participant_code": person.code,
            "absence/cause": "illness", "absence/since": since, "absence/until": until,
            "absence/month": f"{since[:7]}-01", "paper/attested_by": "midwife", "paper/documented": "yes",
        },
        {},
    )  # fmt: skip


@pytest.fixture
def person(registered: None) -> Participant:
    """Somebody active, in a programme whose forms are published."""
    forms_publish_folder(programme="ca", folder=ROOT / "programmes" / "ca" / "forms", actor=None, at=NOW)
    return Participant.objects.filter(
        enrolments__state="active", enrolments__active_on__lt="2025-12-01"
    ).order_by("code")[0]


def send(form: bytes, at: datetime) -> None:
    submission_receive(xml=form, files=(), sender=sender_of(phone().device), now=at)


def cutoff() -> datetime:
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    return cutoff_of(FIRST, rulebook_of(latest_version("ca")))


def test_what_came_after_the_cut_off_is_late(person: Participant) -> None:
    at = cutoff() + timedelta(minutes=1)
    send(visit(person, at - timedelta(days=9), 9), at)
    month_run(programme="ca", month=FIRST, now=NOW)
    assert MonthFacts.objects.get(participant=person, revision=0).plan_done is None  # type: ignore[attr-defined]
    assert Evidence.objects.get(kind="visit").received_at > Run.objects.get().cutoff


def test_what_came_in_time_counts_though_nobody_had_looked_at_it(person: Participant) -> None:
    at = cutoff() - timedelta(minutes=1)
    send(visit(person, at - timedelta(days=9), 9), at)
    assert not Evidence.objects.exists()
    month_run(programme="ca", month=FIRST, now=NOW)
    facts = MonthFacts.objects.get(participant=person, revision=0)
    assert (facts.plan_due, facts.plan_done, facts.sessions_attended) == (10, 9, 4)  # type: ignore[attr-defined]
    decided = Determination.objects.get(participant=person, month=FIRST.first_day, revision=0)
    assert "work.plan" not in [*decided.failed, *decided.unknown]
    others = Determination.objects.exclude(participant=person).filter(month=FIRST.first_day)
    assert all("work.plan" in row.unknown for row in others)


def test_an_absence_from_the_field_excuses_the_months_it_covers_and_pays_none(person: Participant) -> None:
    assert person.group and person.group.technician_social
    at, own = cutoff() - timedelta(minutes=1), phone(code=person.group.technician_social.code)
    form = absence(person, at - timedelta(days=2), f"{FIRST}-12", f"{FIRST + 1}-03")
    submission_receive(xml=form, files=(), sender=sender_of(own.device), now=at)
    for month in (FIRST, FIRST + 1, FIRST + 2):
        month_run(programme="ca", month=month, now=NOW)
    decided = Determination.objects.filter(participant=person, revision=0).order_by("month")
    assert [each.outcome for each in decided] == ["hold", "hold", "hold"]
    assert ["absence.illness" in each.failed for each in decided] == [True, True, False]
    assert ServiceRecord.objects.get(participant=person).marks.endswith("hhH")
    others = Determination.objects.exclude(participant=person)
    assert not any("absence.illness" in each.failed for each in others)
