"""XML from outside is refused for what it could do to its reader, before anything of it is done."""

import os
from pathlib import Path

import pytest

from ceiba.core.forms.safe_xml import UnsafeXml, read_xml

BOMB = b'<!DOCTYPE d [<!ENTITY a "haha"><!ENTITY b "&a;&a;">]><data><x>&b;</x></data>'


def refused(data: bytes) -> str:
    with pytest.raises(UnsafeXml) as error:
        read_xml(data)
    return error.value.reason


@pytest.mark.parametrize("data", [BOMB, b"<!DOCTYPE d><data/>", b'<!DOCTYPE d SYSTEM "d.dtd"><data/>'])
def test_a_document_type_is_refused(data: bytes) -> None:
    assert refused(data) == "doctype"


def test_no_file_is_read_for_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("secret")
    os.utime(outside, (0, 1))
    outside.read_text()
    if os.stat(outside).st_atime == 0:
        pytest.skip("this file system does not tell when a file was read")
    os.utime(outside, (0, 1))
    assert refused(f'<!DOCTYPE d [<!ENTITY x SYSTEM "{outside}">]><data>&x;</data>'.encode()) == "doctype"
    assert os.stat(outside).st_atime == 0


DEEP, LONG = b"<a>" * 1_000 + b"</a>" * 1_000, b'<a b="' + b"x" * 10_500_000 + b'"/>'


@pytest.mark.parametrize("data", [b"", b"data", b"<a>", b"\xff\xfe\x00", DEEP, LONG], ids=range(6))
def test_what_is_no_xml_or_no_sound_one(data: bytes) -> None:
    assert refused(data) == "not_xml"


def test_what_is_said_is_not_divided_by_what_is_not() -> None:
    assert read_xml(b"<a>1<!-- then -->2<?pi then?>3</a>").text == "123"
