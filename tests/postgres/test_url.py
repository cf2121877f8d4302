"""CEIBA_DATABASE_URL selects a server; without it the embedded one starts."""

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.postgres.url import database_url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:secret@db.example:5432/ceiba",
        "postgres://db.example/ceiba?sslmode=require",
        "postgresql://ceiba@/ceiba?host=/run/postgresql",
        "postgresql://one:5432,two:5433/ceiba",
    ],
)
def test_named_server_is_taken_and_none_is_started(url, folder):
    assert database_url({"CEIBA_DATABASE_URL": f" {url}\n"}, folder) == url
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("environ", [{}, {"CEIBA_DATABASE_URL": " "}])
def test_embedded_server_starts_without_it(environ, stopped, species):
    assert species(database_url(environ, stopped.data_dir)) == ["ceiba"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://ana:hunter2@db/ceiba", "postgres.url_scheme"),
        ("sqlite:///ceiba.db", "postgres.url_scheme"),
        ("ana:hunter2@db/ceiba", "postgres.url_malformed"),
        ("postgresql://ana:hunter2@db", "postgres.url_malformed"),
        ("postgresql://ana:hunter2@db/", "postgres.url_malformed"),
        ("postgresql://ana:[hunter2@db/ceiba", "postgres.url_malformed"),
        ("postgresql:///?host=/run/postgresql", "postgres.url_malformed"),
        ("host=db password=hunter2", "postgres.url_malformed"),
    ],
)
def test_defect_is_told_without_the_password_and_nothing_starts(url, code, folder):
    with pytest.raises(CeibaError) as caught:
        database_url({"CEIBA_DATABASE_URL": url}, folder)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert "hunter2" not in caught.value.text("es") + caught.value.text("en")
    assert list(folder.iterdir()) == []
