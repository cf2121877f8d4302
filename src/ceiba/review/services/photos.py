"""Reads photos that came with submissions, each once for its bytes: the slow lane beside the taking of evidence."""

import io
import logging
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from typing import Final

import polars as pl

from ceiba.blobs.drafts import drafted
from ceiba.blobs.store import blob_open
from ceiba.core.flags import BANDS, bands
from ceiba.review.images import Photo as Read
from ceiba.review.images import read_photo
from ceiba.review.models import InTray, Lane, Photo
from ceiba.review.services.flags import photo_flags_compute
from ceiba.submissions.browse import attachments_after, attachments_of
from ceiba.submissions.models import Attachment

logger = logging.getLogger(__name__)

BATCH: Final = 100
PLAIN_BATCH: Final = 1_000
LATE_MAX: Final = 20_000
OVERLAP: Final = 2_000  # numbers are given before rows show: so many may come after a greater one
IMAGE_SUFFIXES: Final = ("jpg", "jpeg", "png", "webp")


def photos_look(*, now: datetime, limit: int = BATCH) -> int:
    """Read the photos of the submissions that were not looked at yet, the first ones first, and flag them.

    At most `limit` submissions with photos, and as many without as there are among the next thousand. How many were
    looked at. Done again, or by two at once, it comes to the same.
    """
    _late_files_see()
    unseen = InTray.objects.filter(looked_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    ids = list(unseen[:PLAIN_BATCH])
    pictured = {file.submission_id for file in attachments_of(ids) if is_photo(file)}
    plain = [pk for pk in ids if pk not in pictured]
    InTray.objects.filter(pk__in=plain).update(looked_at=now)
    due = [pk for pk in ids if pk in pictured][:limit]
    photos_read(submissions=due)
    photo_flags_compute(submissions=due, now=now)
    return len(plain) + len(due)


def _late_files_see() -> None:
    """Files may follow their form hours later: submissions with new ones are looked at again."""
    lane, _ = Lane.objects.get_or_create(name="photos")
    files = attachments_after(lane.reached - OVERLAP, LATE_MAX)
    if not files:
        return
    last = {submission: received_at for _, submission, received_at in files}
    seen = InTray.objects.filter(pk__in=last, looked_at__isnull=False).values_list("pk", "looked_at")
    late = [pk for pk, looked_at in seen if looked_at and looked_at < last[pk]]
    InTray.objects.filter(pk__in=late).update(looked_at=None)
    Lane.objects.filter(pk=lane.pk, reached__lt=files[-1][0]).update(reached=files[-1][0])


def photos_read(*, submissions: Iterable[int]) -> int:
    """Read the photos of these submissions that have not been read; how many there were. Never raises for a file."""
    files = {file.sha256: file for file in attachments_of(submissions) if is_photo(file)}
    known = set(Photo.objects.filter(pk__in=files).values_list("pk", flat=True))
    new = [file for sha256, file in files.items() if sha256 not in known]
    for file in new:
        _keep(file.sha256, _read(file))
    return len(new)


def is_photo(file: Attachment) -> bool:
    """Whether a file says that it is a picture: by what its sender calls it; its bytes may tell otherwise."""
    _, dot, suffix = file.name.lower().rpartition(".")
    return suffix in IMAGE_SUFFIXES if dot else file.content_type.startswith("image/")


def _read(file: Attachment) -> Read:
    try:
        with closing(blob_open(file.sha256)) as opened:
            return read_photo(opened, file.size_bytes)
    except (OSError, FileNotFoundError):
        # It was durable before its submission was answered: somebody must look into this.
        logger.exception("the bytes of a file are not there: %s", file.sha256)
        return Read(fault="missing")


def _keep(sha256: str, read: Read) -> None:
    thumbnail = ""
    if read.thumbnail:
        with drafted(io.BytesIO(read.thumbnail), "thumbnail") as draft:
            draft.keep()
            thumbnail = draft.sha256
    found = dict.fromkeys((f"band_{band}" for band in range(BANDS)), None)
    if read.phash is not None:
        found = pl.DataFrame({"phash": [read.phash]}).select(bands(pl.col("phash"))).row(0, named=True)
    fields = (
        "fault", "width", "height", "phash", "taken_at", "taken_local", "lon", "lat", "camera", "software",
    )  # fmt: skip
    told = {name: getattr(read, name) for name in fields}
    # By two at once it is read alike: the first stays.
    Photo.objects.get_or_create(sha256=sha256, defaults={**told, **found, "thumbnail": thumbnail})
