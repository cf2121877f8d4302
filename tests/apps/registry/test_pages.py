"""The register's pages: who may send and take files, what is shown before anything changes."""

import io
import os
import time
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.registry.models import Import, Participant
from ceiba.registry.uploads import KEPT_SECONDS
from tests.apps.registry.helpers import base, person, sheet_file, text_file, user
from tests.queue import statuses, worked

pytestmark = pytest.mark.django_db

FILES, UPLOAD = "/register/", "/register/import/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory, settings):
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    return settings.DATA_DIR


def signed_in(role=Role.OFFICE, areas=("GT",), code="") -> Client:
    client = Client()
    client.force_login(user(role, areas, code), backend=BACKEND)
    return client


def send(client, path: Path, sheet="participants", name=None):
    file = SimpleUploadedFile(name or path.name, path.read_bytes())
    return client.post(UPLOAD, {"sheet": sheet, "file": file})


def uploads(data_dir):
    return sorted((data_dir / "uploads").glob("*"))


def body(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("role", [r for r in Role if r != Role.OFFICE])
def test_only_an_office_sends_files(role, tmp_path, data_dir):
    base(0)
    client = signed_in(role, code="T-1")
    path = sheet_file(tmp_path, "participants", {})
    assert send(client, path).status_code == 403
    assert client.get(f"{UPLOAD}{'0' * 64}/").status_code == 403
    assert client.post(f"{UPLOAD}{'0' * 64}/").status_code == 403
    assert client.get("/register/taking-in/1/").status_code == 403
    assert client.post("/register/taking-in/1/").status_code == 403
    assert uploads(data_dir) == []


@pytest.mark.parametrize("role", Role)
def test_who_takes_files_away(role):
    base(1)
    client = signed_in(role, code={Role.TECHNICIAN: "T-1", Role.PARTICIPANT: "P-1"}.get(role, ""))
    allowed = role in (Role.OFFICE, Role.AUDITOR, Role.TECHNICIAN)
    for address in (FILES, "/register/export/participants.csv"):
        response = client.get(address)
        list(response)  # to its end, where it closes its file
        assert response.status_code == (200 if allowed else 403)
    assert ('name="file"' in body(client.get(FILES))) is (role == Role.OFFICE)


@pytest.mark.parametrize(
    "address",
    [FILES, UPLOAD, f"{UPLOAD}{'0' * 64}/", "/register/taking-in/1/", "/register/export/participants.csv"],
)
def test_nobody_passes_without_signing_in(address):
    assert Client().get(address)["Location"].startswith("/accounts/sign-in/")
    assert Client().post(address).status_code == 302


def test_a_file_is_looked_at_then_taken_in(tmp_path, data_dir):
    base(0)
    client = signed_in()
    path = sheet_file(tmp_path, "participants", {}, {"code": "P-2"}, name="padrón.csv")
    to_preview = send(client, path)
    assert len(uploads(data_dir)) == 1
    page = client.get(to_preview["Location"])
    assert page.status_code == 200
    assert "padrón.csv" in body(page)
    assert "Pérez Ixcoy" in body(page)
    assert not Participant.objects.exists()
    taking_in = client.post(to_preview["Location"])["Location"]
    assert "En espera de quien procesa los trabajos." in body(client.get(taking_in))
    assert not Participant.objects.exists()
    assert worked() == ["succeeded"]
    assert "padrón.csv quedó registrado: 2 filas nuevas, 0 cambiadas." in body(client.get(taking_in))
    assert Participant.objects.count() == 2
    assert uploads(data_dir) == []
    again = client.get(send(client, path)["Location"])
    assert "ya se registró" in body(again)


def test_problems_are_listed_and_nothing_can_be_taken_in(tmp_path):
    base(0)
    client = signed_in()
    path = text_file(tmp_path, "participants", {"birth_date": "31/02/1980", "given_names": "<b>Ana</b>"})
    address = send(client, path)["Location"]
    page = client.get(address)
    assert page.status_code == 422
    assert "«31/02/1980» no existe en el calendario." in body(page)
    assert "<b>Ana" not in body(page)
    assert "&lt;b&gt;Ana" in body(page)
    assert 'type="submit"' not in body(page).split("<h1>")[1]
    told = client.post(address)["Location"]
    assert worked() == ["aborted"]
    assert "«31/02/1980» no existe en el calendario." in body(client.get(told))
    assert not Participant.objects.exists()


def test_a_file_that_is_no_table_is_told_on_the_page(tmp_path):
    base(0)
    client = signed_in()
    path = tmp_path / "participants.csv"
    path.write_bytes("code,given_names\nP-1,Íñigo\n".encode("latin-1"))
    page = client.get(send(client, path)["Location"])
    assert page.status_code == 422
    assert "CSV UTF-8" in body(page)


def test_rows_outside_the_areas_are_refused_on_the_page(tmp_path):
    base(0)
    client = signed_in(areas=("HN",))
    address = send(client, sheet_file(tmp_path, "participants", {"group": None}))["Location"]
    assert client.get(address).status_code == 422
    client.post(address)
    assert worked() == ["aborted"]
    assert not Participant.objects.exists()


def test_a_file_belongs_to_the_session_that_sent_it(tmp_path):
    base(0)
    address = send(signed_in(), sheet_file(tmp_path, "participants", {}))["Location"]
    stranger = signed_in()
    for response in (stranger.get(address), stranger.post(address)):
        assert response["Location"] == FILES
    assert statuses() == []
    assert not Participant.objects.exists()


def test_a_file_of_a_day_ago_is_forgotten(tmp_path, data_dir):
    base(0)
    client = signed_in()
    address = send(client, sheet_file(tmp_path, "participants", {}))["Location"]
    old = time.time() - KEPT_SECONDS - 1
    os.utime(uploads(data_dir)[0], (old, old))
    send(client, sheet_file(tmp_path, "participants", {"code": "P-2"}, name="b.csv"))
    assert len(uploads(data_dir)) == 1
    assert client.get(address)["Location"] == FILES


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"sheet": "participants"},
        {"sheet": "people", "file": "x"},
        {"sheet": "participants", "file": "no file"},
    ],
)
def test_a_form_half_filled_in_is_sent_back(form):
    response = signed_in().post(UPLOAD, form, follow=True)
    assert "Elija qué contiene el archivo, y el archivo." in body(response)


def test_a_request_too_large_is_refused_before_its_file_is_kept(tmp_path, settings, data_dir):
    base(0)
    settings.UPLOAD_BYTES_MAX = 1_000
    path = tmp_path / "participants.csv"
    path.write_bytes(b"x" * 200_000)
    response = send(signed_in(), path)
    page = signed_in().get(FILES)
    assert response["Location"] == FILES
    assert uploads(data_dir) == []
    assert page.status_code == 200


def test_names_of_paths_are_names_only(tmp_path, data_dir):
    base(0)
    client = signed_in()
    path = sheet_file(tmp_path, "participants", {})
    for name in ("../../etc/participants.csv", "..\\participants.csv", "/tmp/participants.csv"):  # noqa: S108
        assert send(client, path, name=name).status_code == 302
    assert {p.parent.name for p in uploads(data_dir)} == {"uploads"}


def test_the_same_code_is_needed_to_change_anything(tmp_path):
    """CSRF: a form of another site cannot send a file in somebody's name."""
    base(0)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(), backend=BACKEND)
    assert send(client, sheet_file(tmp_path, "participants", {})).status_code == 403


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "parquet"])
def test_an_export_holds_the_scope_and_is_named(fmt):
    base(1)
    person("P-HN", "HN-01")
    response = signed_in().get(f"/register/export/participants.{fmt}")
    data = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == f'attachment; filename="ceiba-participants.{fmt}"'
    if fmt == "csv":
        assert b"P-1" in data
        assert b"P-HN" not in data
        assert data.startswith("\ufeffclave,".encode())


def test_no_export_of_what_there_is_not():
    client = signed_in()
    assert client.get("/register/export/people.csv").status_code == 404
    assert client.get("/register/export/participants.pdf").status_code == 404


def test_imports_listed_are_ones_own(tmp_path):
    base(0)
    first, second = signed_in(), signed_in()
    first.post(send(first, sheet_file(tmp_path, "participants", {}, name="mine.csv"))["Location"])
    worked()
    assert Import.objects.get().by is not None
    assert "mine.csv" in body(first.get(FILES))
    assert "mine.csv" not in body(second.get(FILES))


def test_pages_are_in_the_language_of_the_reader(tmp_path):
    base(0)
    client = signed_in()
    path = text_file(tmp_path, "participants", {"sex": "H"})
    address = send(client, path)["Location"]
    english = client.get(address, headers={"Accept-Language": "en"})
    client.post(reverse("accounts:language"), {"language": "en", "next": FILES})
    english = client.get(address)
    assert "is not accepted. Write one of: F (mujer, woman), M (hombre, man), X." in body(english)
    assert "What has to be corrected" in body(english)


def test_sessions_keep_a_few_files(tmp_path):
    from ceiba.registry.uploads import KEPT_A_SESSION, upload_keep

    session, sender = SessionStore(), user()
    for number in range(KEPT_A_SESSION + 3):
        upload_keep(
            file=SimpleUploadedFile("a.csv", b"%d" % number),
            sheet="participants",
            user=sender,
            session=session,
        )
    assert len(session["register_uploads"]) == KEPT_A_SESSION


def test_a_handler_lets_small_files_through():
    response = signed_in().post(UPLOAD, {"sheet": "plots", "file": io.BytesIO(b"x")})
    assert response.status_code == 302
