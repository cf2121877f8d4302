"""A photo of 200 MB goes through without being held in memory, is kept whole, and stops nobody."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.apps.submissions.phone import BOUNDARY, parcel
from tests.fieldforms import filled
from tests.serving.site import Site

PHOTO_BYTES = 200_000_000
CHUNK = b"\xff\xd8" + bytes(range(256)) * 4096
GROWTH_BYTES_MAX = 100_000_000

pytestmark = pytest.mark.xdist_group("serving")


def test_a_photo_of_two_hundred_megabytes(site: Site) -> None:
    name = f"uuid:{uuid4()}"
    form = filled(name, person="P-1", due=10, done=8, photo="large.jpg")
    before = memory_of(site)
    with site.connection(300) as connection:
        head, tail = parcel(form, {"large.jpg": b"@@"}).split(b"@@")
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + PHOTO_BYTES + len(tail)),
        }
        address = f"/field/key/{site.key}/submission"
        connection.request("POST", address, body=[head, *photo(), tail], headers=headers)
        answer = connection.getresponse()
        assert (answer.status, b"Recibido" in answer.read()) == (201, True)
    assert memory_of(site) - before < GROWTH_BYTES_MAX
    digest = hashlib.sha256()
    for part in photo():
        digest.update(part)
    kept = site.folder / "blobs" / digest.hexdigest()[:2] / digest.hexdigest()
    assert kept.stat().st_size == PHOTO_BYTES
    assert looked_at(site, name) == "too_big"


def photo() -> Iterator[bytes]:
    whole, rest = divmod(PHOTO_BYTES, len(CHUNK))
    yield from (CHUNK for _ in range(whole))
    yield CHUNK[:rest]


def memory_of(site: Site) -> int:
    """Bytes that the processes of the site hold."""
    assert site.process is not None
    held = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            group = int((status.parent / "stat").read_text().rpartition(")")[2].split()[2])
        except OSError:
            continue
        if group == site.process.pid and "VmRSS" in fields:
            held += int(fields["VmRSS"].split()[0]) * 1024
    return held


def looked_at(site: Site, name: str) -> str | None:
    """What was said of the photo, once somebody has looked at it."""
    until = time.monotonic() + 60
    with psycopg.connect(site.url, autocommit=True) as database:
        while time.monotonic() < until:
            row = database.execute(
                "SELECT p.fault FROM submissions_submission s JOIN submissions_attachment a ON a.submission_id = s.id"
                " JOIN review_photo p ON p.sha256 = a.sha256 WHERE s.instance_id = %s",
                [name],
            ).fetchone()
            if row:
                return str(row[0])
            time.sleep(0.3)
    return None
