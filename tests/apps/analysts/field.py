"""Forms that came from the field: of people here and there, of nobody known, with repeats, files and an edit."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ceiba.accounts.models import Role, User
from ceiba.blobs.store import blob_store
from ceiba.devices.models import Device, DeviceKind
from ceiba.devices.selectors import Sender, sender_of
from ceiba.devices.services import device_make
from ceiba.evidence.taking import submissions_take
from ceiba.forms.definitions import definition_by_id, version_number
from ceiba.submissions.models import Attachment, Submission
from ceiba.submissions.services import submission_receive
from tests.factories import World, user_make, users_make, world
from tests.fieldforms import filled, published

RECEIPT = datetime(2026, 3, 16, 12, tzinfo=UTC)
SQUARE = "15 -91 1800 4;15 -90.9 1800 5;15.1 -90.9 0 0;15.1 -91 0 0;15 -91 1800 4"
CUILCO, NEIGHBOUR, HONDURAS, NOBODY = "uuid:cuilco", "uuid:neighbour", "uuid:honduras", "uuid:nobody"
EDIT = "uuid:cuilco-2"
HERE = [CUILCO, NEIGHBOUR]
EVERYTHING = [NOBODY, HONDURAS, NEIGHBOUR, CUILCO]


@dataclass
class Field:
    """The country, its users, and what was sent."""

    world: World
    users: dict[str, User] = field(default_factory=dict)


def field_make() -> Field:
    """CUILCO (GT-1304), NEIGHBOUR (GT-1301) and HONDURAS of a person each, NOBODY of one who is not in the register.

    The technician of the users has Cuilco; `neighbour` is the one next to it, who sent what is of NOBODY; `national`
    sees all countries of the programme. CUILCO was edited, and has repeats, an outline and a photo.
    """
    forget_forms()
    made = Field(world(people=16, months=0))
    made.users = dict(users_make(made.world))
    made.users["national"] = user_make("national", Role.OFFICE, ("GT", "HN", "SV"))
    made.users["neighbour"] = user_make("neighbour", Role.TECHNICIAN, (), "T-P-GT-1301")
    published()
    cuilco, neighbour = sender(made.users["technician"]), sender(made.users["neighbour"])
    receive(
        cuilco,
        filled(
            CUILCO, person=code(made, "GT-1304"), due=10, done=8, place="15.3 -91.5 1800 4.5", edge=SQUARE,
            photo="a.jpg", planted=(("timber", 40), ("fruit", 7)),
        ),
        {"a.jpg": b"photo", "b.jpg": b"extra"},
    )  # fmt: skip
    receive(neighbour, filled(NEIGHBOUR, person=code(made, "GT-1301"), due=10, done=9))
    receive(neighbour, filled(HONDURAS, person=code(made, "HN"), due=10, done=9))
    receive(neighbour, filled(NOBODY, person="X-1", due=10, done=9))
    submissions_take(now=RECEIPT)
    receive(
        cuilco,
        filled(
            EDIT, replaces=CUILCO, person=code(made, "GT-1304"), due=10, done=9, place="15.3 -91.5 1800 4.5",
            edge=SQUARE, photo="a.jpg", planted=(("timber", 40), ("fruit", 7), ("timber", 3)),
        ),
        at=RECEIPT + timedelta(hours=1),
    )  # fmt: skip
    submissions_take(now=RECEIPT + timedelta(hours=1))
    return made


def forget_forms() -> None:
    """Forms that other tests published are known no more."""
    version_number.cache_clear()
    definition_by_id.cache_clear()


def code(made: Field, area: str) -> str:
    """The code of the first person who lives in an area."""
    return made.world.people_in(area)[0].code


def sender(user: User) -> Sender:
    """A phone of the user."""
    name = f"teléfono {Device.objects.count() + 1}"
    return sender_of(device_make(user=user, kind=DeviceKind.PHONE, name=name, by=None).device)


def receive(
    from_: Sender, xml: bytes, files: dict[str, bytes] | None = None, at: datetime = RECEIPT
) -> Submission:
    """Keep a form and its files as if they had come."""
    receipt = submission_receive(xml=xml, files=(), sender=from_, now=at)
    for name, data in (files or {}).items():
        Attachment.objects.create(
            submission_id=receipt.submission_id, name=name, sha256=kept(data), size_bytes=len(data),
            content_type="image/jpeg", is_named=name.encode() in xml, received_at=at,
        )  # fmt: skip
    return Submission.objects.get(pk=receipt.submission_id)


def kept(data: bytes) -> str:
    """The hash of bytes that are in the store."""
    import tempfile
    from pathlib import Path

    digest = hashlib.sha256(data).hexdigest()
    draft = Path(tempfile.mkstemp()[1])
    draft.write_bytes(data)
    blob_store().put(digest, draft)
    return digest


def row_of(rows: list[dict[str, Any]], instance: str) -> dict[str, Any]:
    """The row of that submission."""
    return next(row for row in rows if row["__id"] == instance)
