"""A form is kept byte for byte, once by its instanceID, and only then answered."""

import hashlib

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from ceiba.blobs.store import blob_bytes
from ceiba.devices.services import Made
from ceiba.submissions.models import Attachment, Conflict, Standing, State, Submission
from tests.apps.submissions.phone import post, send, xml
from tests.refusals import refused, same_again

pytestmark = pytest.mark.django_db


def test_other_bytes_of_the_same_instance_are_refused_and_kept(made: Made) -> None:
    first, other = xml("uuid:1"), xml("uuid:1", body="<plan_done>1</plan_done>")
    assert send(made.key, first).status_code == 201
    answer = send(made.key, other)
    assert answer.status_code == 409
    assert 'nature="submit_error"' in answer.content.decode()
    assert "Se guardaron los dos" in answer.content.decode()
    assert bytes(Submission.objects.get().xml) == first
    assert bytes(Conflict.objects.get().xml) == other
    assert send(made.key, other).status_code == 409  # sent again, it is kept once
    assert Conflict.objects.count() == 1


def test_the_same_bytes_again_are_accepted_and_kept_once(made: Made) -> None:
    form = xml("uuid:2")
    assert [send(made.key, form).status_code for _ in range(3)] == [201, 201, 201]
    assert Submission.objects.count() == Standing.objects.count() == 1


def test_it_is_kept_as_it_came(made: Made) -> None:
    form = xml("uuid:3", form="ca-visit", version="7", replaces="uuid:0", body="<nota>ñandú  ∑</nota>\n")
    answer = send(made.key, form)
    assert answer.status_code == 201
    kept = Submission.objects.get()
    assert bytes(kept.xml) == form
    assert bytes(kept.sha256) == hashlib.sha256(form).digest()
    assert (kept.form_code, kept.form_version, kept.deprecated_id) == ("ca-visit", "7", "uuid:0")
    assert (kept.device, kept.user) == (made.device, made.device.user)
    assert kept.standing.state == State.RECEIVED
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert "Recibido" in answer.content.decode()


def test_files_are_kept_under_their_hash_and_extra_ones_are_not_dropped(made: Made) -> None:
    form = xml("uuid:4", body="<foto>a.jpg</foto>")
    assert send(made.key, form, {"a.jpg": b"A" * 3000, "b.jpg": b"B"}).status_code == 201
    kept = {a.name: a for a in Attachment.objects.all()}
    assert kept["a.jpg"].is_named and not kept["b.jpg"].is_named
    assert blob_bytes(kept["a.jpg"].sha256) == b"A" * 3000
    assert blob_bytes(kept["b.jpg"].sha256) == b"B"


def test_files_come_in_several_posts(made: Made) -> None:
    form = xml("uuid:5", body="<foto>a.jpg</foto><firma>b.jpg</firma>")
    for name in ("a.jpg", "b.jpg", "a.jpg"):
        assert send(made.key, form, {name: name.encode()}).status_code == 201
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["a.jpg", "b.jpg"]


def test_other_bytes_under_the_same_name_are_kept_too(made: Made) -> None:
    form = xml("uuid:6", body="<foto>a.jpg</foto>")
    send(made.key, form, {"a.jpg": b"one"})
    send(made.key, form, {"a.jpg": b"two"})
    assert {blob_bytes(a.sha256) for a in Attachment.objects.all()} == {b"one", b"two"}


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\a.jpg", "/a/b/a.jpg", "a\x00b.jpg", "...", "", "x" * 300 + ".jpg"],
)
def test_names_of_files_lead_nowhere(made: Made, name: str) -> None:
    assert send(made.key, xml("uuid:7"), {name: b"x"}).status_code == 201
    kept = Attachment.objects.first()
    if kept:  # an empty name is no file to a multipart reader
        assert not set(kept.name) & set("/\\\x00") and kept.name.strip(".")


@pytest.mark.parametrize("model", [Submission, Attachment, Conflict])
def test_what_was_received_cannot_be_changed(made: Made, model: type[Submission]) -> None:
    send(made.key, xml("uuid:8"), {"a.jpg": b"x"})
    send(made.key, xml("uuid:8", body="<other/>"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(sha256=F("sha256"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


def test_there_is_one_of_each_in_a_state_that_is_known(made: Made) -> None:
    send(made.key, xml("uuid:8"), {"a.jpg": b"x"})
    send(made.key, xml("uuid:8", body="<other/>"))
    for name, row in (
        ("instance_id", Submission.objects.get()),
        ("attachment_once", Attachment.objects.get()),
        ("conflict_once", Conflict.objects.get()),
    ):
        with refused(name):
            same_again(row)
    with refused("standing_state_known"):
        Standing.objects.update(state="lost")


def test_a_head_request_says_that_it_may_post(made: Made) -> None:
    from django.test import Client

    answer = Client().head(f"/field/key/{made.key}/submission")
    assert answer.status_code == 204
    assert int(answer["X-OpenRosa-Accept-Content-Length"]) > 1_000_000
    assert Client().get(f"/field/key/{made.key}/submission").status_code == 405


def test_messages_are_in_the_language_of_the_user(made: Made) -> None:
    made.device.user.language = "en"
    made.device.user.save()
    assert "Received" in send(made.key, xml()).content.decode()


def test_no_cookie_is_set_and_nothing_is_kept_on_the_way(made: Made) -> None:
    answer = post(made.key, b"")
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


CROSSED = "15 -91 0 0;15.1 -90.9 0 0;15 -90.9 0 0;15.1 -91 0 0;15 -91 0 0"


@pytest.mark.parametrize(
    "form",
    [
        xml("uuid:20", version="99"),
        xml("uuid:20", form="none"),
        xml("uuid:20", body=f"<edge>{CROSSED}</edge>"),
    ],
)
def test_what_a_person_must_look_at_leaves_the_phone_all_the_same(made: Made, form: bytes) -> None:
    for _ in range(2):
        answer = send(made.key, form)
        assert answer.status_code == 202
        assert 'nature="submit_success"' in answer.content.decode()
        assert "La oficina revisará" in answer.content.decode()
    assert bytes(Submission.objects.get().xml) == form
