"""Somebody enrolled by a technician's phone, taken in, and waiting for an office."""

import re
from datetime import UTC, datetime

from ceiba.accounts.models import User
from ceiba.devices.selectors import sender_of
from ceiba.entities.models import Proposal
from ceiba.entities.services import entities_refresh
from ceiba.evidence.taking import submissions_take
from ceiba.forms.models import Form, FormVersion
from ceiba.submissions.services import submission_receive
from tests.apps.review.field import device_of
from tests.factories import World
from tests.forms.shipped import answers, compiled, definition

FORM = "ca-enrolment"
CODE = "GT0000999"
UUID = "00000000-0000-4000-8000-000000000001"
PLOT_UUID = UUID[:-1] + "2"


def form(group: str, **said: str) -> bytes:
    """The enrolment of Ana Choc in a group, with other answers to some questions."""
    text = answers("enrolment-new").decode().replace("CAC-1", group)
    for question, answer in said.items():
        empty, full = f"<{question}/>", f"<{question}>[^<]*</{question}>"
        text, times = re.subn(f"{empty}|{full}", f"<{question}>{answer}</{question}>", text, count=1)
        assert times == 1, question
    return text.encode()


def enrolled(
    made: World, now: datetime, *, by: User | None = None, xml: bytes = b"", **said: str
) -> Proposal:
    """The phone sends the form, the intake takes it: what an office is asked, of the person."""
    entities_refresh(today=now.date())
    form_version()
    group = made.people_in("GT-1304")[0].group
    sent(made, xml or form(group.code, **said), now, by)
    return Proposal.objects.filter(entity__list_name="participants").latest("pk")


def form_version() -> None:
    """The form as it is shipped, published."""
    whose, _ = Form.objects.get_or_create(code=FORM, defaults={"programme_id": "ca"})
    FormVersion.objects.create(
        form=whose, version=definition(FORM).version, title="t", source_name="t.md", source=b"",
        xform=compiled(FORM).xform.encode(), xform_md5="0" * 32, published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def sent(made: World, xml: bytes, now: datetime, by: User | None = None) -> None:
    """A phone of the technician, or of somebody else, sends a form, and the intake takes it."""
    sender = sender_of(device_of(by or made.users["technician"]))
    submission_receive(xml=xml, files=(), sender=sender, now=now)
    intake(now)


def intake(now: datetime) -> None:
    """Take what waits until nothing does."""
    while submissions_take(now=now):
        pass
