"""Somebody enrolled by a technician's phone, taken in, and waiting for an office."""

import re
from datetime import datetime

from ceiba.accounts.models import User
from ceiba.devices.selectors import sender_of
from ceiba.entities.models import Proposal
from ceiba.entities.services import entities_refresh
from ceiba.evidence.taking import submissions_take
from ceiba.submissions.services import submission_receive
from tests.apps.review.field import device_of
from tests.factories import World
from tests.fieldforms import published
from tests.forms.shipped import PATHS, answers, definition

FORM = "ca-enrolment"
CODE = "GT0000999"
UUID = "00000000-0000-4000-8000-000000000001"
PLOT_UUID = UUID[:-1] + "2"


def form(group: str, **said: str) -> bytes:
    """The enrolment of Ana Choc in a group, with other answers to some questions."""
    text = answers("enrolment-new").decode().replace("CAC-1", group)
    for question, answer in said.items():
        text, times = re.subn(rf"<{question}>[^<]*</{question}>", f"<{question}>{answer}</{question}>", text, count=1)
        assert times == 1, question
    return text.encode()


def enrolled(made: World, now: datetime, *, by: User | None = None, xml: bytes = b"", **said: str) -> Proposal:
    """The phone sends the form, the intake takes it: what an office is asked, of the person."""
    entities_refresh(today=now.date())
    source = next(path for path in PATHS if path.stem == FORM).read_text()
    published(source, FORM, definition(FORM).version)
    group = made.people_in("GT-1304")[0].group
    sender = sender_of(device_of(by or made.users["technician"]))
    submission_receive(xml=xml or form(group.code, **said), files=(), sender=sender, now=now)
    intake(now)
    return Proposal.objects.filter(entity__list_name="participants").latest("pk")


def intake(now: datetime) -> None:
    """Take what waits until nothing does."""
    while submissions_take(now=now):
        pass
