"""A cluster is made whole or not at all, and one that is not ours is not touched."""

import importlib.util
import time

import psycopg
import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.postgres import binaries
from ceiba.postgres.server import Server, State


def wait_for(path):
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_killed_first_start_is_redone(folder, command, kill_everything):
    starter = command("server.start()", folder / "db")
    wait_for(folder / "db" / "cluster.unfinished" / "PG_VERSION")
    starter.kill()
    assert kill_everything(folder) >= 1
    starter.communicate()
    assert not (folder / "db" / "cluster").exists()
    assert Server(folder / "db").status().state in (State.ABSENT, State.CHANGING)

    with psycopg.connect(Server(folder / "db", wait_s=30).start()) as database:
        assert database.execute("SELECT current_database()").fetchone() == ("ceiba",)
    assert not (folder / "db" / "cluster.unfinished").exists()


def test_initdb_that_outlives_its_command_is_waited_for(folder, command, code_of):
    starter = command("server.start()", folder / "db")
    wait_for(folder / "db" / "cluster.unfinished" / "PG_VERSION")
    starter.kill()
    starter.communicate()
    assert Server(folder / "db").status().state is State.CHANGING
    assert code_of(Server(folder / "db", wait_s=0).start) == "postgres.not_ready"
    Server(folder / "db", wait_s=30).start()


def test_an_interrupted_making_never_replaces_a_finished_cluster(stopped, species):
    unfinished = stopped.data_dir / "cluster.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    assert species(stopped.start()) == ["ceiba"]


def test_other_version_is_told_and_not_touched(stopped, code_of):
    cluster = stopped.data_dir / "cluster"
    (cluster / "PG_VERSION").write_text("17\n")
    before = contents(cluster)
    assert code_of(stopped.start) == "postgres.other_version"
    with pytest.raises(CeibaError, match=r"PostgreSQL 17's.*18's.*pg_dump"):
        stopped.start()
    assert contents(cluster) == before


def test_folder_that_is_no_cluster_is_told_and_not_touched(stopped, code_of):
    cluster = stopped.data_dir / "cluster"
    (cluster / "PG_VERSION").unlink()
    before = contents(cluster)
    assert code_of(stopped.start) == "postgres.not_a_cluster"
    assert contents(cluster) == before


def test_empty_folder_in_the_cluster_s_place_is_none(folder):
    (folder / "db" / "cluster").mkdir(parents=True)
    server = Server(folder / "db", wait_s=30)
    assert server.status().state is State.ABSENT
    server.start()
    assert server.status().state is State.RUNNING


def test_missing_wheel_is_told(folder, monkeypatch, code_of):
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    assert code_of(Server(folder / "db").start) == "postgres.no_binaries"


def test_missing_program_is_told(folder, monkeypatch, code_of):
    package = folder / "halfwheel"
    (package / "pginstall" / "bin").mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('the wheel must not be imported')")
    (package / "pginstall" / "bin" / "postgres").touch()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(binaries, "WHEEL", "halfwheel")
    importlib.invalidate_caches()
    with pytest.raises(CeibaError, match="initdb, pg_ctl"):
        binaries.find_binaries()
    assert code_of(Server(folder / "db").start) == "postgres.no_binaries"


def test_programs_that_do_not_run_are_told(folder, monkeypatch, code_of):
    broken = folder / "brokenwheel" / "pginstall" / "bin"
    broken.mkdir(parents=True)
    (folder / "brokenwheel" / "__init__.py").touch()
    for program in binaries.PROGRAMS:
        (broken / program).write_text("#!/bin/sh\necho cannot open shared object file >&2; exit 127\n")
        (broken / program).chmod(0o755)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(binaries, "WHEEL", "brokenwheel")
    importlib.invalidate_caches()
    assert code_of(Server(folder / "db").start) == "postgres.broken_binaries"
    with pytest.raises(CeibaError, match="shared object"):
        binaries.find_binaries()
    (broken / "postgres").chmod(0o644)
    assert code_of(Server(folder / "db").start) == "postgres.broken_binaries"
