"""`ceiba programme check`: what a folder on disk says, for people and for scripts."""

import json

import pytest
from typer.testing import CliRunner

from ceiba.cli.programme import app
from ceiba.rulebook.folder import folder_files
from tests.core.rules.folders import PROGRAMMES, changed, small


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "small", small())


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def check(folder, language: str = "es") -> tuple[int, dict]:
    """Exit status and the answer for scripts."""
    environment = {"CEIBA_LANG": language}
    done = CliRunner().invoke(app, ["check", str(folder), "--json"], env=environment)
    return done.exit_code, json.loads(done.stdout)


def codes(folder) -> list[str]:
    status, answer = check(folder)
    assert (status, answer["ok"]) == (1, False)
    return [problem["code"] for problem in answer["problems"]]


def test_no_folder(tmp_path):
    assert codes(tmp_path / "none") == ["folder.missing"]


def test_a_folder_without_rules(tmp_path):
    assert codes(tmp_path) == ["folder.empty"]


def test_a_file_that_cannot_be_opened(folder):
    (folder / "rules.toml").unlink()
    (folder / "rules.toml").mkdir()
    assert codes(folder) == ["folder.unreadable"]


def test_a_link_that_leads_nowhere(folder):
    (folder / "rules.toml").unlink()
    (folder / "rules.toml").symlink_to("gone.toml")
    assert codes(folder) == ["folder.unreadable"]


def test_a_file_far_too_large_is_not_read_whole(folder):
    with (folder / "rules.toml").open("wb") as file:
        file.truncate(10**12)  # a hole: nothing is written
    assert codes(folder) == ["reading.too_large"]


def test_other_files_are_left_alone(folder):
    before = folder_files(folder)
    (folder / "visit.xlsx").write_bytes(b"a form")
    assert folder_files(folder) == before


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "rules.toml, regla work.plan, columna otherwise: es «holds»"),
        ("en", 'rules.toml, rule work.plan, column otherwise: is "holds"'),
    ],
)
def test_a_problem_names_file_rule_and_column(folder, language, text):
    write(folder, changed("rules", '"hold"', '"holds"'))
    status, answer = check(folder, language)
    (problem,) = answer["problems"]
    assert status == 1
    assert problem["text"].startswith(text)
    place = (problem["code"], problem["file"], problem["rule"], problem["column"])
    assert place == ("table.not_choice", "rules.toml", "work.plan", "otherwise")


def test_people_read_the_same(folder):
    write(folder, changed("rules", 'plan_due = 10, expect = "pass"', 'plan_due = 10, expect = "fail"'))
    done = CliRunner().invoke(app, ["check", str(folder)], env={"CEIBA_LANG": "en", "COLUMNS": "300"})
    assert done.exit_code == 1
    said = " ".join(done.stdout.split())
    assert (
        "rules.toml, rule work.plan, column cases[1], month 2026-01: fail is expected and pass comes out."
        in said
    )


def test_warnings_do_not_make_it_fail(folder):
    extra = (
        small()["parameters.toml"].decode().split("[[parameter]]")[1].replace("support_minor", "unused_minor")
    )
    with (folder / "parameters.toml").open("a") as file:
        file.write(f"\n[[parameter]]{extra}")
    status, answer = check(folder)
    assert (status, answer["ok"]) == (0, True)
    assert [(w["code"], w["item"]) for w in answer["warnings"]] == [
        ("check.parameter_unused", "unused_minor")
    ]


@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_the_programmes_that_ship(code):
    status, answer = check(PROGRAMMES / code)
    assert (status, answer["problems"], answer["warnings"]) == (0, [], [])
