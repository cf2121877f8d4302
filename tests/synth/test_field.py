"""What made-up phones send: the same each time, faults labelled, everything else as it should be."""

import io
from collections import Counter

import pytest
from PIL import Image
from tests.forms.shipped import CODES, compiled, definition

from ceiba.core.forms.answers import read_answers
from ceiba.core.forms.filling import Blank
from ceiba.core.forms.records import Sent, records
from ceiba.core.forms.shapes import shape_problems
from ceiba.core.kernel.month import Month
from ceiba.synth.field import Land, Parcel, Person, Portfolio, parcels

MONTH = Month(2026, 11)
PLANTED = {
    "duplicate_photo": 1, "near_photo": 1, "outside_plot": 1, "impossible_speed": 1, "odd_hour": 1,
    "file missing, another extra": 1, "crossed polygon": 1, "unknown form version": 1, "copied_counts": 6,
    "accuracy_zero": 1, "clock years off": 1, "shared_device": 1, "conflict": 1, "edit": 1, "edit that waits": 1,
    "enrolment that waits": 1,
}  # fmt: skip


def somebody(technician: int, n: int) -> Person:
    lon, lat = -90.1 + 0.01 * technician, 15.5 + 0.004 * n
    outline = ((lon, lat), (lon + 0.001, lat), (lon + 0.001, lat + 0.001), (lon, lat + 0.001), (lon, lat))
    code = f"GT{technician}{n:06}"
    land = Land(f"l-{code}", 2, f"P-{code}", lon + 0.0005, lat + 0.0005, outline, 1.2)
    return Person(f"p-{code}", 3, code, "g-1", "CAC-1", n == 7, land)


def sent(programme: str = "ca", seed: int = 1, people: int = 20) -> list[Parcel]:
    forms = {code.removeprefix(f"{programme}-"): code for code in CODES if code.startswith(f"{programme}-")}
    blanks = {name: Blank(compiled(code).xform.encode()) for name, code in forms.items()}
    portfolios = [Portfolio(f"T-{t}", tuple(somebody(t, n) for n in range(people))) for t in range(2)]
    return list(parcels(seed, MONTH, portfolios, blanks))


@pytest.fixture(scope="module")
def everything() -> list[Parcel]:
    return sent()


def test_the_same_seed_sends_the_same_bytes_and_another_does_not(everything: list[Parcel]) -> None:
    assert sent() == everything
    assert sent(seed=2) != everything


def test_each_fault_is_planted_and_labelled(everything: list[Parcel]) -> None:
    assert Counter(each.planted for each in everything if each.planted) == PLANTED


def test_only_the_conflict_has_a_name_twice(everything: list[Parcel]) -> None:
    (twice,) = [name for name, n in Counter(each.instance for each in everything).items() if n > 1]
    assert {each.planted for each in everything if each.instance == twice} == {"", "conflict"}


def test_few_people_are_no_error_and_no_fault_that_needs_more() -> None:
    assert "copied_counts" not in {each.planted for each in sent(people=3)}
    assert sent(people=0) == []


@pytest.mark.parametrize("programme", ["ca", "mx", "pes"])
def test_what_is_no_fault_becomes_evidence_without_a_problem(programme: str) -> None:
    plain = [each for each in sent(programme) if not each.planted]
    assert len(plain) > 30
    for each in plain:
        code = each.xml.split(b'id="', 1)[1].split(b'"', 1)[0].decode()
        form = definition(code)
        read = read_answers(form, each.xml)
        assert records([Sent(form, read, each.received_at, each.technician)]).problems == (), code
        assert not shape_problems(form, read)


def test_what_arrives_is_received_after_it_was_seen_and_within_the_month(everything: list[Parcel]) -> None:
    assert [each.received_at for each in everything] == sorted(each.received_at for each in everything)
    assert all(Month.of(each.received_at.date()) == MONTH for each in everything)


def test_photos_are_photos_with_a_time_and_a_place(everything: list[Parcel]) -> None:
    files = everything[0].files
    photo = next(data for name, data in sorted(files.items()) if name.endswith(".jpg"))
    exif = Image.open(io.BytesIO(photo)).getexif()
    assert exif.get_ifd(0x8769)[0x9003].startswith("2026:11:")
    assert exif.get_ifd(0x8825)[3] == "W"
    assert files["audit.csv"].startswith(b"event,node,start,end,latitude,longitude,accuracy\n")


def test_the_copied_photo_is_the_same_file(everything: list[Parcel]) -> None:
    copied = next(each for each in everything if each.planted == "duplicate_photo")
    others = {data for each in everything if each is not copied for data in each.files.values()}
    assert any(data in others for name, data in copied.files.items() if name.endswith(".jpg"))
