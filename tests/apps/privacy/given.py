"""Somebody who has left the programme, and of whom everything is held that can be."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from ceiba.accounts.models import Role, User
from ceiba.blobs.store import blob_store
from ceiba.core.payment_run import HoldCause
from ceiba.entities.services import entities_refresh
from ceiba.evidence.absences import absence_enter
from ceiba.evidence.models import Evidence
from ceiba.pathway.models import Consent, Recipient
from ceiba.payments.services import hold_lift, hold_place
from ceiba.registry.models import Enrolment, EnrolmentSpan, Officer, Participant
from ceiba.review.models import Flag, InTray, Photo, Review
from ceiba.submissions.models import Conflict, Standing, Submission
from tests.apps.credentials.helpers import credential_row, key_row, list_row
from tests.apps.packs.conftest import AREA, FORM
from tests.apps.payees.helpers import used
from tests.factories import user_make

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
LEFT = date(2026, 5, 10)
SMALL = b"RIFF a thumbnail"
PAPER = b"%PDF-1.4 un papel"
WORDS = "La vi en su casa, dice su vecina Petrona"


def office(username: str, *areas: str) -> User:
    return user_make(username, Role.OFFICE, areas=areas or ("GT",))


def whole(by: User) -> Participant:
    """The person of the form and photo of `tests.apps.packs`: with an account, a certificate, a consent, a login."""
    person = Participant.objects.filter(area__code__startswith=AREA).order_by("pk")[0]
    Participant.objects.filter(pk=person.pk).update(phone="5555-0000", home_lon=-90.5, home_lat=15.1)
    user_make("sembradora7", Role.PARTICIPANT, areas=(), code=person.code)
    Officer.objects.filter(group=person.group, office="secretary").delete()
    Officer.objects.create(group=person.group, office="secretary", participant=person, since=LEFT)
    used(person.code, by, user_make("tesorera", Role.TREASURY), now=NOW - timedelta(days=60))
    credential_row(
        person,
        by,
        key_row(),
        list_row(),
        issued_at=NOW - timedelta(days=9),
        changed_at=NOW - timedelta(days=9),
    )
    hold = hold_place(
        programme="ca", participant_id=person.pk, cause=HoldCause.OTHER, note=WORDS, actor=by,
        at=NOW - timedelta(days=8),
    )  # fmt: skip
    hold_lift(hold_id=hold.pk, note=WORDS, actor=by, at=NOW - timedelta(days=7))
    recipient = Recipient.objects.create(
        code="CONSUL-X", kind="consulate", name="Consulado", country="US", by=by, at=NOW - timedelta(days=30)
    )
    Consent.objects.create(
        participant=person, recipient=recipient, programme_id="ca", stage="certificate", parts=["identity"],
        until=NOW.date() + timedelta(days=90), reading="aloud", language="ixil", note=WORDS, by=by,
        at=NOW - timedelta(days=20),
    )  # fmt: skip
    ill(person, by)
    formed(person, by)
    entities_refresh(today=NOW.date())
    person.refresh_from_db()
    return person


def ill(person: Participant, by: User) -> None:
    """An absence with the paper that attests it."""
    said = {"cause": "illness", "since": "2026-04-20", "until": "2026-04-28", "attested_by": "health_centre"}
    at = NOW - timedelta(days=6)
    absence_enter(person=person, said=said, paper=BytesIO(PAPER), name="papel.pdf", actor=by, now=at)


def formed(person: Participant, by: User) -> None:
    """What is made of their form: how it stands, a row of the tray, a flag, a review, a photo read."""
    form = Submission.objects.get(instance_id="uuid:1")
    shown = form.attachments.get().sha256
    at = form.received_at
    Standing.objects.create(
        submission=form,
        state="taken",
        participant=person,
        area_code=person.area_id,
        lon=-90.5,
        lat=15.1,
        root=form,
    )
    InTray.objects.create(
        submission=form, family="uuid:1", form_code="life", state="taken", user_id=1, participant=person,
        area_code=person.area_id, received_at=at, lon=-90.5, lat=15.1, flags=["odd_hour"], decision="returned",
    )  # fmt: skip
    Flag.objects.create(submission=form, flag="odd_hour", detail={"hour": 3}, computed_at=at)
    Review.objects.create(submission=form, decision="returned", reason=WORDS, by=by)
    Conflict.objects.create(
        submission=form, xml=FORM + b" ", sha256=sha256(FORM + b" ").digest(), device_id=1, received_at=at
    )
    path = Path(settings.DATA_DIR) / "small"
    path.write_bytes(SMALL)
    thumbnail = sha256(SMALL).hexdigest()
    blob_store().put(thumbnail, path)
    Photo.objects.create(
        sha256=shown, width=1, height=1, thumbnail=thumbnail, lon=-90.5, lat=15.1, camera="X1"
    )


def left(person: Participant, on: date = LEFT) -> None:
    """They resigned, and the register says so."""
    enrolment = Enrolment.objects.get(participant=person)
    enrolment.state, enrolment.state_since, enrolment.cause = "exited", on, "resignation"
    enrolment.save()
    EnrolmentSpan.objects.filter(enrolment=enrolment, until=None).update(until=on, ended_at=NOW)
    EnrolmentSpan.objects.create(enrolment=enrolment, state="exited", since=on, cause="resignation")


def said_of(person: Participant) -> dict[str, Any]:
    """What was decided of and paid to the person, to be compared afterwards."""
    from ceiba.determinations.models import Determination
    from ceiba.facts.models import MonthFacts
    from ceiba.payments.models import PaymentLine

    tables = (Determination, MonthFacts, PaymentLine, Evidence)
    return {
        table.__name__: [
            list(row.values()) for row in table.objects.filter(participant=person).order_by("pk").values()
        ]
        for table in tables
    }
