"""The forms' pages: who may read and who may publish, and that what is published is what was looked at."""

import os
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.forms.drafts import KEPT_SECONDS
from ceiba.forms.models import FormVersion
from tests.apps.forms.helpers import AT, VISIT, WITHOUT_DONE, markdown, programme, publish, workbook
from tests.apps.registry.helpers import base, user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
READERS = (Role.OFFICE, Role.TECHNICIAN, Role.SUPERVISOR, Role.AUDITOR)
INDEX, UPLOAD, FORM = "/forms/", "/forms/upload/", "/forms/form/ca-visit/"


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory, settings):
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    base(1)
    programme()
    return settings.DATA_DIR


def signed_in(role=Role.OFFICE) -> Client:
    client = Client()
    code = {Role.TECHNICIAN: "T-1", Role.PARTICIPANT: "P-1"}.get(role, "")
    client.force_login(user(role, ("GT",), code), backend=BACKEND)
    return client


def send(client, data=None, name="visit.md", **more):
    file = SimpleUploadedFile(name, markdown() if data is None else data)
    return client.post(UPLOAD, {"programme": "ca", "file": file, **more})


def body(response) -> str:
    return response.content.decode()


def drafts(data_dir):
    return list((data_dir / "form-drafts").glob("*"))


@pytest.mark.parametrize("role", [None, *(r for r in Role if r != Role.OFFICE)])
def test_only_an_office_publishes(role, data_dir):
    client = Client() if role is None else signed_in(role)
    refused = 302 if role is None else 403
    draft = f"/forms/drafts/{'0' * 64}/"
    for response in (client.get(UPLOAD), send(client), client.get(draft), client.post(draft)):
        assert response.status_code == refused
    assert not drafts(data_dir)
    assert not FormVersion.objects.exists()


@pytest.mark.parametrize("role", [None, *Role])
def test_who_reads_forms(role):
    version = publish()
    client = Client() if role is None else signed_in(role)
    expected = 302 if role is None else 200 if role in READERS else 403
    for address in (INDEX, FORM, f"{FORM}{version.pk}/", f"{FORM}{version.pk}/source/"):
        assert client.get(address).status_code == expected, address
    may_publish = UPLOAD in body(client.get(INDEX))
    assert may_publish == (role == Role.OFFICE)


def test_a_draft_is_of_the_session_that_sent_it():
    address = send(signed_in())["Location"]
    stranger = signed_in()
    for response in (stranger.get(address), stranger.post(address)):
        assert response["Location"] == UPLOAD
    assert not FormVersion.objects.exists()


def test_what_is_not_a_form_or_of_no_programme_is_asked_for_again(data_dir):
    client = signed_in()
    for response in (client.post(UPLOAD, {"programme": "ca"}), send(client, programme="xx")):
        assert response.status_code == 200
        assert 'class="message error"' in body(response)
    assert not drafts(data_dir)


def test_a_broken_form_says_where_and_cannot_be_published():
    client = signed_in()
    sent = send(client, markdown(VISIT.replace("| integer | due", "| intejer | due")))
    page = body(client.get(sent["Location"]))
    assert "survey, fila 4, columna type" in page
    assert "No existe el tipo de pregunta «intejer»" in page
    assert "Unknown question type" in page
    assert '<button class="button">Publicar' not in page
    assert client.post(sent["Location"]).status_code == 200
    assert not FormVersion.objects.exists()


def test_what_is_published_is_what_was_looked_at(data_dir):
    client = signed_in()
    address = send(client, workbook(), "visita.xlsx")["Location"]
    page = body(client.get(address))
    assert "tareas cumplidas" in page and "tasks done" in page, "in both languages"
    assert not FormVersion.objects.exists(), "looking publishes nothing"
    response = client.post(address)
    assert response["Location"] == FORM
    version = FormVersion.objects.get()
    assert (bytes(version.source), version.source_name) == (workbook(), "visita.xlsx")
    assert version.published_by is not None
    assert not drafts(data_dir)


def test_a_new_version_says_what_changes_for_questions_and_facts():
    publish()
    client = signed_in()
    page = body(client.get(send(client, markdown(WITHOUT_DONE, "2"))["Location"]))
    assert "ya no la contesta ninguna pregunta" in page and "no question of any form answers it" in page
    assert "work.plan" in page
    assert "lo que da" in page


def test_the_same_again_is_not_published_twice():
    publish()
    client = signed_in()
    address = send(client)["Location"]
    assert "No se publica dos veces" in body(client.get(address))
    client.post(address)
    assert FormVersion.objects.count() == 1


def test_a_form_shows_its_questions_versions_and_files():
    first = publish()
    second = publish(VISIT.replace("Tareas del plan", "Tareas de este mes"), "2", at=AT.replace(hour=15))
    client = signed_in(Role.TECHNICIAN)
    page = body(client.get(FORM))
    assert "Tareas de este mes" in page and "Tasks in the plan" in page
    assert "visit.plan_due" in page and "#plan_due" in page
    old = body(client.get(f"{FORM}{first.pk}/"))
    assert "Tareas del plan" in old and "se les ofrece ahora la versión 2" in old
    assert re.search(r"ca-visit.*2 versiones", body(client.get(INDEX)), re.DOTALL)
    assert client.get(f"{FORM}{second.pk + 99}/").status_code == 404
    assert client.get("/forms/form/none/").status_code == 404


def test_files_are_taken_away_as_they_came_and_as_a_workbook():
    version = publish()
    client = signed_in(Role.AUDITOR)
    address = f"{FORM}{version.pk}/"
    came = client.get(f"{address}source/")
    assert came.content == markdown()
    assert came["Content-Disposition"] == f'attachment; filename="ca-visit-{version.pk}.md"'
    assert client.get(f"{address}xform/").content == bytes(version.xform)
    assert client.get(f"{address}xlsx/").content[:2] == b"PK"
    assert client.get(f"{address}other/").status_code == 404
    other = f"/forms/form/ca-other/{version.pk}/source/"
    assert client.get(other).status_code == 404


def test_a_workbook_made_of_markdown_compiles_to_the_same_form():
    from ceiba.forms.compiling import xlsform_compile

    ours = xlsform_compile(name="a.md", data=markdown())
    theirs = xlsform_compile(name="a.xlsx", data=workbook())
    assert theirs.xform == ours.xform


def test_drafts_a_day_old_are_forgotten(data_dir):
    client = signed_in()
    address = send(client)["Location"]
    (draft,) = drafts(data_dir)
    old = time.time() - KEPT_SECONDS - 1
    os.utime(draft, (old, old))
    send(client, markdown(version="9"))
    assert not draft.exists()
    assert client.get(address)["Location"] == UPLOAD
