import os
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection

from ceiba.blobs.store import blob_bytes
from ceiba.evidence import services
from ceiba.evidence.models import Drop, Evidence
from tests.apps.evidence.helpers import drop_file, register, row, take


class Crash(Exception):
    """The process, or the machine, or the network failed."""


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["copy_frame", "event_record"])
def test_a_failure_while_writing_leaves_nothing(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    register()
    path = drop_file(tmp_path, "visit", row("visit"))
    with monkeypatch.context() as patched:
        patched.setattr(services, step, _Failing(getattr(services, step)))
        with pytest.raises(Crash):
            take(path)
    assert not Evidence.objects.exists()
    assert not Drop.objects.exists()
    assert not files(data_dir)
    assert not take(path).again


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_leaves_nothing(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    path = drop_file(tmp_path, "visit", row("visit"))
    monkeypatch.setattr(services, "_refuse_problems", lambda *_: None)
    path.write_bytes(
        drop_file(tmp_path, "visit", row("visit"), row("visit", "P-2") | {"key": "visit-P-1"}).read_bytes()
    )
    with pytest.raises(IntegrityError):
        take(path)
    assert not Drop.objects.exists()
    assert not files(data_dir)


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_answer_is_lost_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    path = drop_file(tmp_path, "visit", row("visit"))

    def commit_then_lose_the_answer() -> None:
        connection.connection.commit()
        raise DatabaseError("the connection was lost")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", commit_then_lose_the_answer)
        with pytest.raises(DatabaseError, match="lost"):
            take(path)
    connection.close()
    drop = Drop.objects.get()
    assert blob_bytes(drop.sha256) == path.read_bytes()
    assert take(path).again


@pytest.mark.django_db
def test_what_a_killed_process_left_is_swept_up_a_day_later(tmp_path: Path, data_dir: Path) -> None:
    register()
    (data_dir / "blobs" / "drafts").mkdir(parents=True)
    old, young = (data_dir / "blobs" / "drafts" / f"draft-{name}" for name in ("old", "young"))
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    take(drop_file(tmp_path, "visit", row("visit")))
    assert (old.exists(), young.exists()) == (False, True)


class _Failing:
    """Does what the original does, and then fails."""

    def __init__(self, original: object) -> None:
        self._original = original

    def __call__(self, *args: object, **more: object) -> None:
        self._original(*args, **more)  # type: ignore[operator]
        raise Crash
