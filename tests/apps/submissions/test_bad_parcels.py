"""What cannot be read is refused with what to do, and nothing of it is kept."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceiba.devices.services import Made
from ceiba.submissions.models import Attachment, Submission
from ceiba.submissions.parcels import XML_BYTES_MAX, BadParcel, parcel_read
from tests.apps.submissions.phone import BOUNDARY, parcel, post, send, xml

pytestmark = pytest.mark.django_db

BOMB = b"""<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<data id="f" version="1"><x>&c;</x><meta><instanceID>uuid:1</instanceID></meta></data>"""
OUTSIDE = b"""<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<data id="f" version="1"><x>&x;</x><meta><instanceID>uuid:1</instanceID></meta></data>"""


@pytest.fixture(autouse=True)
def nothing_is_left(made: Made, data_dir: Path) -> Iterator[None]:
    yield
    assert not Submission.objects.exists() and not Attachment.objects.exists()
    assert [p for p in (data_dir / "blobs").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (BOMB, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (b"<data id='f'>", "no es XML"),
        (b"\xff\xfe\x00", "no es XML"),
        (b'<?xml version="1.0" encoding="utf-8"?><data id="f">\xf1</data>', "no es XML"),
        (b"<data id='f'><meta/></data>", "instanceID"),
        (b"<data><meta><instanceID>uuid:1</instanceID></meta></data>", "id"),
        (xml("uuid:" + "x" * 200), "largo"),
        (b"<a>" * 100_000, "no es XML"),
    ],
)
def test_bad_xml(made: Made, form: bytes, says: str) -> None:
    answer = send(made.key, form, {"a.jpg": b"x" * 10})
    assert answer.status_code == 400
    assert says in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (parcel(xml(), {"a.jpg": b"x" * 5000})[:-4000], 400, "cortado"),
        (parcel(xml(), {"a.jpg": b"x"}, end=""), 400, "cortado"),
        (b"garbage", 400, "cortado"),
        (parcel(None, {"a.jpg": b"x"}), 400, "xml_submission_file"),
        (parcel(xml())[: -len(f"--{BOUNDARY}--\r\n")] + parcel(xml()), 400, "dos formularios"),
        (parcel(b"<a>" + b" " * XML_BYTES_MAX), 413, "demasiado grande"),
        (parcel(xml(), {f"{i}.jpg": b"x" for i in range(600)}), 413, "demasiados"),
    ],
)  # fmt: skip
def test_bad_multipart(made: Made, body: bytes, status: int, says: str) -> None:
    answer = post(made.key, body)
    assert (answer.status_code, says in answer.content.decode()) == (status, True)


@pytest.mark.parametrize(
    "kind", ["text/xml", "multipart/form-data", "application/json", "", "multipart/mixed; boundary=x"]
)
def test_mislabelled(made: Made, kind: str) -> None:
    answer = post(made.key, parcel(xml()), kind)
    assert (answer.status_code, "Actualice la aplicación" in answer.content.decode()) == (415, True)


def test_an_empty_body(made: Made) -> None:
    assert post(made.key, b"").status_code == 415


def test_another_boundary_than_it_says(made: Made) -> None:
    assert post(made.key, parcel(xml()), "multipart/form-data; boundary=other").status_code == 400


def test_what_is_too_large_is_refused_unread(made: Made, settings: object) -> None:
    class Unread(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise AssertionError("it was read")

    with (
        pytest.raises(BadParcel, match="too_large"),
        parcel_read(Unread(), "multipart/form-data; boundary=b", 10**9, 10**8),
    ):
        pass


def test_no_more_is_taken_than_it_said(made: Made) -> None:
    whole = parcel(xml())
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    with (
        pytest.raises(BadParcel, match="cut_off"),
        parcel_read(io.BytesIO(whole), kind, len(whole) - 9, 10**8),
    ):
        pass
