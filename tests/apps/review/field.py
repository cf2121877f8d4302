"""Submissions as they stand after they were taken in, and the photos that came with them."""

import hashlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.test import Client
from PIL import Image

from ceiba.accounts.models import User
from ceiba.blobs.drafts import drafted
from ceiba.devices.models import Device, DeviceKind
from ceiba.evidence.models import Evidence
from ceiba.registry.models import Participant
from ceiba.submissions.models import Attachment, Standing, Submission

NOON = datetime(2026, 11, 10, 18, tzinfo=UTC)


def device_of(user: User, name: str = "phone") -> Device:
    """A device of the user, made when it is not there."""
    text = f"{user.username}-{name}"
    found, _ = Device.objects.get_or_create(
        username=text,
        defaults={
            "user": user, "kind": DeviceKind.PHONE, "name": name, "ha1_cipher": b"",
            "key_sha256": hashlib.sha256(text.encode()).digest(),
        },
    )  # fmt: skip
    return found


def submitted(
    user: User, person: Participant | None, name: str, *, at: datetime = NOON, replaces: str = "",
    device: str = "phone", body: str = "", xml: bytes = b"", visit: Mapping[str, int] | None = None,
    files: Mapping[str, bytes] | None = None,
    **standing: Any,
) -> Submission:  # fmt: skip
    """A visit of a person, at noon on their plot unless something else is said; taken, with its evidence."""
    xml = (
        xml
        or (
            f'<data id="ca-visit" version="1" xmlns:orx="http://openrosa.org/xforms">{body}'
            f"<orx:meta><orx:instanceID>{name}</orx:instanceID></orx:meta></data>"
        ).encode()
    )
    made = Submission.objects.create(
        instance_id=name, form_code="ca-visit", form_version="1", deprecated_id=replaces, xml=xml,
        sha256=hashlib.sha256(xml).digest(), device=device_of(user, device), user=user,
        received_at=at + timedelta(hours=5),
    )  # fmt: skip
    before = Standing.objects.filter(submission__instance_id=replaces).first()
    plot = person.plots.first() if person else None
    place = {"lon": (plot.west + plot.east) / 2, "lat": (plot.south + plot.north) / 2} if plot else {}
    Standing.objects.create(
        submission=made,
        **{
            "state": "taken", "participant": person, "area_code": person.area_id if person else "",
            "month": at.date().replace(day=1), "observed_at": at, "stated_at": at, "clock": "phone",
            "accuracy_m": 6.0, "root_id": before.root_id if before else made.pk, **place, **standing,
        },
    )  # fmt: skip
    if person and visit is not None:
        record(made, person, "visit", visit)
    for file, data in (files or {}).items():
        attach(made, file, data)
    return made


def record(
    of: Submission, person: Participant, kind: str, body: Mapping[str, Any], reporter: str = ""
) -> Evidence:
    """A record of evidence that a submission became."""
    return Evidence.objects.create(
        submission=of, kind=kind, key=of.instance_id, participant=person, area_code=person.area_id,
        month=of.standing.month, observed_at=of.standing.observed_at, received_at=of.received_at,
        reporter=reporter or of.user.code, body=dict(body), sha256=hashlib.sha256(of.instance_id.encode()).digest(),
    )  # fmt: skip


def attach(submission: Submission, name: str, data: bytes, at: datetime | None = None) -> Attachment:
    """A file of a submission, its bytes kept."""
    with drafted(io.BytesIO(data), name) as draft:
        draft.keep()
        return Attachment.objects.create(
            submission=submission, name=name, sha256=draft.sha256, size_bytes=len(data), content_type="image/jpeg",
            is_named=True, received_at=at or submission.received_at,
        )  # fmt: skip


def photo(seed: int = 1, quality: int = 90, **options: Any) -> bytes:
    """A picture with shapes of several sizes, as JPEG."""
    drawn = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(drawn).resize((640, 480), Image.Resampling.BICUBIC).save(
        file, "JPEG", quality=quality, **options
    )
    return file.getvalue()


def signed(user: User, language: str = "en") -> Client:
    """A client that this user has signed in with, whose pages are in `language`."""
    user.language = language
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
