"""Files in an S3-compatible store, over its protocol, as on a disk."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ceiba.blobs.drafts import drafted
from ceiba.blobs.store import blob_bytes, blob_store
from ceiba.devices.services import Made
from ceiba.submissions.models import Attachment
from tests.apps.submissions.phone import send, xml


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    for name, value in {
        "AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    boto3.client("s3", endpoint_url=address).create_bucket(Bucket="ceiba")
    settings.BLOBS_URL = "s3://ceiba/evidence"
    yield
    server.stop()


@pytest.mark.django_db
def test_what_a_phone_sends_is_there_when_it_is_answered(bucket: None, made: Made, data_dir: Path) -> None:
    photo = bytes(range(256)) * 4000
    assert send(made.key, xml("uuid:1"), {"a.jpg": photo}).status_code == 201
    digest = Attachment.objects.get().sha256
    assert blob_bytes(digest) == photo
    objects = boto3.client("s3").list_objects_v2(Bucket="ceiba")["Contents"]
    assert [each["Key"] for each in objects] == [f"evidence/{digest[:2]}/{digest}"]
    assert [p for p in (data_dir / "blobs").rglob("*") if p.is_file()] == []  # the draft is gone


def test_the_same_bytes_are_kept_once_and_can_be_taken_back(
    bucket: None, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    with drafted(io.BytesIO(b"bytes"), "a") as draft:
        assert draft.keep()
    with drafted(io.BytesIO(b"bytes"), "b") as again:
        assert not again.keep()
    assert blob_store().holds(draft.sha256)
    draft.forget()
    assert not blob_store().holds(draft.sha256)
    with pytest.raises(FileNotFoundError):
        blob_bytes(draft.sha256)


@pytest.mark.django_db
def test_a_store_that_does_not_answer_leaves_the_form_on_the_phone(
    bucket: None, made: Made, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.BLOBS_URL = "s3://no-such-bucket/x"
    with pytest.raises(Exception, match=r"NoSuchBucket|404|not found"):
        send(made.key, xml("uuid:2"), {"a.jpg": b"x"})
    assert not Attachment.objects.exists()
