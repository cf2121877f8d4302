"""What looks strange and is right is taken."""

import pytest

from ceiba.devices.services import Made
from ceiba.submissions.models import Submission
from tests.apps.submissions.phone import send, xml

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


def test_ten_thousand_repeats(made: Made) -> None:
    form = xml("uuid:9", body="<r><a>1</a><b>cedro</b></r>" * 10_000)
    assert send(made.key, form).status_code == 201
