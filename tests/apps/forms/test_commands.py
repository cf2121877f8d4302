"""`ceiba form`: a form is checked without a database, published with one, and taken away as it came."""

import json

import pytest
from typer.testing import CliRunner

from ceiba.cli import form
from ceiba.core.kernel.errors import CeibaError
from ceiba.forms.models import FormVersion
from tests.apps.forms.helpers import VISIT, markdown, programme, publish


def run(*arguments, **environment):
    return CliRunner().invoke(form.app, [str(a) for a in arguments], env={"COLUMNS": "300"} | environment)


@pytest.fixture
def ready(db, monkeypatch):
    monkeypatch.setattr(form, "open_database", lambda: None)
    programme()


def test_a_broken_form_is_told_and_ends_with_1(tmp_path):
    path = tmp_path / "visit.md"
    path.write_bytes(markdown(VISIT.replace("| integer | due", "| intejer | due")))
    done = run("check", path)
    assert done.exit_code == 1
    assert "visit.md, survey, fila 4, columna type" in done.output and "pyxform:" in done.output
    answered = json.loads(run("check", path, "--json", CEIBA_LANG="en").stdout)
    (problem,) = answered["problems"]
    assert (answered["ok"], problem["row"], problem["column"]) == (False, 4, "type")
    assert (
        'no type of question "intejer"' in problem["text"] and "Unknown question type" in problem["original"]
    )


def test_a_form_in_order_says_what_it_gives(tmp_path):
    path = tmp_path / "visit.md"
    path.write_bytes(markdown())
    done = run("check", path)
    assert done.exit_code == 0
    assert "visit.plan_done" in done.output and "en orden" in done.output


def test_what_is_published_is_taken_away_as_it_came(ready, tmp_path):
    path = tmp_path / "visit.md"
    path.write_bytes(markdown())
    done = run("publish", path, "--programme", "ca")
    version = FormVersion.objects.get()
    assert done.output.split() == ["ca-visit", "1", version.xform_md5]
    path.unlink()
    assert run("export", "ca-visit", "--out", tmp_path).exit_code == 0
    assert path.read_bytes() == markdown()
    run("export", "ca-visit", "--out", tmp_path, "--version", "1", "--xform")
    assert (tmp_path / "ca-visit.xml").read_bytes() == bytes(version.xform)


@pytest.mark.parametrize(("code", "version"), [("none", ""), ("ca-visit", "9")])
def test_what_is_not_published_cannot_be_taken_away(ready, tmp_path, code, version):
    publish()
    done = run("export", code, "--version", version, "--out", tmp_path)
    assert isinstance(done.exception, CeibaError)
    assert [p.code for p in done.exception.problems] == ["form.none"]
    assert not list(tmp_path.iterdir())
