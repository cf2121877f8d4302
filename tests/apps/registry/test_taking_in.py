"""A file that the worker takes in: whose it is, how it stands, and that nothing of it is lost or done twice."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from ceiba.accounts.models import Role, User
from ceiba.registry import tasks
from ceiba.registry.models import Import, Participant
from ceiba.registry.uploads import KEPT_SECONDS
from tests.apps.registry.helpers import base, sheet_file, take, text_file, user
from tests.queue import emptied, run, statuses, taken, waited, worked, worked_beside, worker_registered

pytestmark = pytest.mark.django_db
FILES, UPLOAD = "/register/", "/register/import/"
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory, settings) -> Path:
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    return settings.DATA_DIR


@pytest.fixture
def office() -> User:
    base(0)
    return user()


@pytest.fixture
def client(office: User) -> Client:
    return signed_in(office)


def signed_in(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(client: Client, path: Path, sheet: str = "participants") -> str:
    """Send the file and have it taken in; returns where its progress stands."""
    form = {"sheet": sheet, "file": SimpleUploadedFile(path.name, path.read_bytes())}
    return client.post(client.post(UPLOAD, form)["Location"])["Location"]


def kept(data_dir: Path) -> list[Path]:
    return sorted((data_dir / "uploads").glob("*"))


def body(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_finds_it(client: Client, tmp_path: Path, method: str) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    for stranger in (user(), user(areas=("GT", "HN"))):
        assert getattr(signed_in(stranger), method)(address).status_code == 404
        assert getattr(signed_in(stranger), method)(address, headers=PART).status_code == 404
        assert address not in body(signed_in(stranger).get(FILES))
    assert statuses() == ["todo"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_no_other_role_finds_it(client: Client, office: User, tmp_path: Path, role: str) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    User.objects.filter(pk=office.pk).update(role=role, code="P-1")
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


def test_a_job_of_another_kind_is_no_file(client: Client, office: User) -> None:
    from ceiba.jobs.queue import job_defer

    job = job_defer(task="month.run", key="m", lock="m", arguments={"user": office.pk}).job
    assert client.get(f"/register/taking-in/{job}/").status_code == 404


def test_the_sender_finds_it_in_another_session(client: Client, office: User, tmp_path: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    elsewhere = signed_in(office)
    assert "En espera de quien procesa los trabajos." in body(elsewhere.get(address))
    assert f'href="{address}"' in body(elsewhere.get(FILES))


def test_a_form_of_another_site_takes_nothing_in(client: Client, office: User, tmp_path: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    run("finish_job", job_id=int(address.split("/")[-2]), status="failed", delete_job=False)
    checked = Client(enforce_csrf_checks=True)
    checked.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    assert checked.post(address).status_code == 403
    assert statuses() == ["failed"]


def test_clicked_twice_it_is_queued_once(client: Client, tmp_path: Path) -> None:
    path = sheet_file(tmp_path, "participants", {})
    address = asked(client, path)
    assert asked(client, path) == address
    taken()
    assert asked(client, path) == address
    assert statuses() == ["doing"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.AUDITOR}])
def test_whoever_lost_the_right_meanwhile_takes_nothing_in(
    client: Client, office: User, tmp_path: Path, change: dict[str, object]
) -> None:
    asked(client, sheet_file(tmp_path, "participants", {}))
    User.objects.filter(pk=office.pk).update(**change)
    assert worked() == ["aborted"]
    assert not Participant.objects.exists()


def test_it_is_taken_in_within_the_areas_one_has_now(client: Client, office: User, tmp_path: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    office.scopes.update(area_code="HN")
    assert worked() == ["aborted"]
    assert not Participant.objects.exists()
    page = body(client.get(address))
    assert "El archivo no se puede registrar." in page
    assert 'id="problems"' in page


def test_how_it_stands(client: Client, tmp_path: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}, {"code": "P-2"}))
    waiting = client.get(address)
    assert "En espera de quien procesa los trabajos." in body(waiting)
    assert 'hx-trigger="every 2s"' in body(waiting)
    seen = waiting.context["job"].seen
    assert client.get(address, {"seen": seen}, headers=PART).status_code == 204
    assert client.get(address, {"seen": seen}).status_code == 200, "without scripts, the whole page"
    job = taken()
    assert job is not None
    at_work = client.get(address, {"seen": seen}, headers=PART)
    assert "El archivo se está registrando." in body(at_work)
    assert "<html" not in body(at_work)
    tasks.take_in(**job.task_kwargs)
    run("finish_job", job_id=job.id, status="succeeded", delete_job=False)
    done = body(client.get(address, {"seen": at_work.context["job"].seen}, headers=PART))
    assert "participants.csv quedó registrado: 2 filas nuevas, 0 cambiadas." in done
    assert 'id="taken-in" hx-swap-oob="true"' in done
    assert "hx-trigger" not in done


def test_the_name_of_a_file_is_only_text(client: Client, tmp_path: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}, name="<i>x.csv"))
    worked()
    for page in (client.get(address), client.get(address, headers=PART), client.get(FILES)):
        assert "<i>x" not in body(page)
        assert "&lt;i&gt;x.csv" in body(page)


def test_without_a_worker_it_says_so(client: Client, tmp_path: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    waited(21)
    assert "Hace rato que nadie procesa los trabajos." in body(client.get(address))
    worker_registered()
    assert "Hace rato" not in body(client.get(address))


def test_problems_are_told_as_they_are_now(client: Client, tmp_path: Path, data_dir: Path) -> None:
    path = text_file(tmp_path, "participants", {"group": "CAC-2", "given_names": "<b>Ana</b>"})
    address = asked(client, path)
    assert worked() == ["aborted"]
    page = body(client.get(address))
    assert "CAC-2" in page
    assert "<b>Ana" not in page
    assert "Intentar otra vez" not in page
    assert len(kept(data_dir)) == 1
    assert f'href="{address}"' in body(client.get(FILES))

    take("groups", sheet_file(tmp_path, "groups", {"code": "CAC-2"}))
    page = body(client.get(address))
    assert "Lo que se le oponía ya no se le opone" in page
    again = client.post(address)["Location"]
    assert worked() == ["succeeded"]
    assert "participants.csv quedó registrado" in body(client.get(again))
    assert kept(data_dir) == []
    assert 'id="unfinished"' not in body(client.get(FILES))


def test_what_broke_down_keeps_the_file_and_can_be_tried_again(
    client: Client, tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(tasks, "import_apply", broken)
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    assert worked() == ["failed"]
    page = body(client.get(address))
    assert "Se detuvo sin que se esperara. No quedó nada a medias." in page
    assert "secret detail" not in page
    assert len(kept(data_dir)) == 1
    monkeypatch.undo()
    client.post(address)
    assert worked() == ["succeeded"]
    assert Participant.objects.count() == 1


def test_a_file_that_is_gone_has_to_be_sent_again(client: Client, tmp_path: Path, data_dir: Path) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    kept(data_dir)[0].unlink()
    assert worked() == ["failed"]
    assert client.get(address).status_code == 200
    assert "El archivo ya no está aquí. Envíelo de nuevo." in body(client.post(address, follow=True))
    assert statuses() == ["failed"]


def test_a_file_that_a_job_waits_for_is_kept_however_long(
    client: Client, tmp_path: Path, data_dir: Path
) -> None:
    asked(client, sheet_file(tmp_path, "participants", {}))
    old = time.time() - KEPT_SECONDS - 1
    os.utime(kept(data_dir)[0], (old, old))
    form = {"sheet": "groups", "file": SimpleUploadedFile("g.csv", b"code")}
    client.post(UPLOAD, form)
    assert len(kept(data_dir)) == 2
    assert worked() == ["succeeded"]


def test_two_senders_of_the_same_file_do_not_take_it_from_each_other(
    client: Client, tmp_path: Path, data_dir: Path
) -> None:
    path = sheet_file(tmp_path, "participants", {})
    other = signed_in(user())
    first, second = asked(client, path), asked(other, path)
    assert len(kept(data_dir)) == 2
    assert worked() == ["succeeded", "succeeded"]
    assert Import.objects.count() == 1
    assert "participants.csv quedó registrado" in body(client.get(first))
    assert "Este archivo ya se registró" in body(other.get(second))
    assert kept(data_dir) == []


def test_done_again_after_its_worker_was_killed_it_only_lets_go(
    client: Client, tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = asked(client, sheet_file(tmp_path, "participants", {}))
    job = taken()
    assert job is not None
    tasks.take_in(**job.task_kwargs)
    assert kept(data_dir) == []
    tasks.take_in(**job.task_kwargs)
    run("finish_job", job_id=job.id, status="succeeded", delete_job=False)
    assert Import.objects.count() == 1
    assert "participants.csv quedó registrado: 1 filas nuevas" in body(client.get(address))


@pytest.fixture
def real_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with emptied():
        yield


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_takes_files_in_and_logs_nothing_of_what_it_refuses(
    client: Client, real_queue: None, tmp_path: Path, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = asked(client, text_file(tmp_path, "participants", {"birth_date": "31/02/1980"}))
    address = asked(client, sheet_file(tmp_path, "participants", {}, {"code": "P-2"}))
    worked_beside()
    assert statuses() == ["aborted", "succeeded"]
    assert "31/02/1980" not in caplog.text
    assert "31/02/1980" in body(client.get(bad))
    assert Participant.objects.count() == 2
    assert Import.objects.get().created == 2
    assert "participants.csv quedó registrado: 2 filas nuevas" in body(client.get(address))
    assert len(kept(data_dir)) == 1
