"""What looks strange and is right is taken."""

import pytest

from ceiba.devices.services import Made
from ceiba.submissions.models import Attachment, Submission
from tests.apps.submissions.phone import BOUNDARY, parcel, post, send, xml

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "utf-8"])
def test_any_character_set_that_the_xml_declares(made: Made, charset: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{charset}"?>'
        + xml("uuid:1", body="<n>ñ</n>").decode().split("?>", 1)[1]
    )
    form = text.encode(charset)
    assert send(made.key, form).status_code == 201
    assert bytes(Submission.objects.get().xml) == form


@pytest.mark.parametrize(
    "form",
    [
        b'<data xmlns="ca-visit" version="1"><meta><instanceID>uuid:1</instanceID></meta></data>',
        b'<h:data xmlns:h="http://any" id="ca-visit" version="1"><meta xmlns="http://other"><instanceID>uuid:1</instanceID>'
        b"</meta></h:data>",
        b'<data id="ca-visit" version="1" instanceID="uuid:1"/>',
    ],
)
def test_the_head_is_found_in_any_namespace(made: Made, form: bytes) -> None:
    assert send(made.key, form).status_code == 201
    assert (Submission.objects.get().form_code, Submission.objects.get().instance_id) == (
        "ca-visit",
        "uuid:1",
    )


def test_fields_are_no_files_and_a_type_is_kept_as_far_as_it_goes(made: Made) -> None:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'.encode()
    body = field + parcel(xml("uuid:1"), {"a.jpg": b"x"}).replace(b"image/jpeg", b"image/" + b"j" * 200)
    assert post(made.key, body).status_code == 201
    kept = Attachment.objects.get()
    assert (kept.name, len(kept.content_type)) == ("a.jpg", 100)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_file_is_called_as_the_phone_wrote_it_in_either_character_set(made: Made, charset: str) -> None:
    """Refused for its name's bytes, a phone would send it again for ever."""
    form = xml("uuid:1", body="<photo>niño.jpg</photo>")
    body = parcel(form, {"x": b"\xff\xd8"}).replace(b'filename="x"', 'filename="niño.jpg"'.encode(charset))
    assert post(made.key, body).status_code == 201
    assert Attachment.objects.get().name == "niño.jpg"


def test_ten_thousand_repeats(made: Made) -> None:
    form = xml("uuid:9", body="<r><a>1</a><b>cedro</b></r>" * 10_000)
    assert send(made.key, form).status_code == 201
