"""Start, join, stop, status: the ordinary life of a server."""

import os
import signal
import stat
import time
from pathlib import Path

import psycopg
import pytest

from ceiba.postgres import settings
from ceiba.postgres.server import Server, State, Status
from ceiba.postgres.settings import memory_mib, server_settings


def test_first_start_makes_the_database_and_the_next_joins(folder, postmaster_of):
    server = Server(folder / "not" / "yet")
    assert server.status() == Status(State.ABSENT)

    url = server.start()
    first = postmaster_of(server)
    assert server.status() == Status(State.RUNNING, first.pid)
    assert server.start() == url == server.url
    assert postmaster_of(server) == first

    with psycopg.connect(url) as database:
        row = database.execute("SELECT current_database(), current_user, getdatabaseencoding()").fetchone()
        assert row == ("ceiba", "ceiba", "UTF8")


def test_stop_keeps_the_data_and_may_be_repeated(stopped, species):
    assert stopped.status() == Status(State.STOPPED)
    assert species(stopped.start()) == ["ceiba"]
    stopped.stop()
    assert stopped.status() == Status(State.STOPPED)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(stopped.url)
    stopped.stop()
    assert species(stopped.start()) == ["ceiba"]


def test_stop_cuts_off_clients(stopped):
    idle = psycopg.connect(stopped.start(), autocommit=True)
    stopped.stop()
    assert stopped.status().state is State.STOPPED
    with pytest.raises(psycopg.OperationalError):
        idle.execute("SELECT 1")
    idle.close()


def test_stop_of_nothing_makes_nothing(folder):
    Server(folder / "none").stop()
    assert not (folder / "none").exists()


def test_server_outlives_its_command_and_ctrl_c(stopped, command, species):
    starter = command("print(server.start(), flush=True); import time; time.sleep(60)", stopped.data_dir)
    url = starter.stdout.readline().strip()
    os.killpg(starter.pid, signal.SIGINT)
    _, error = starter.communicate(timeout=10)
    assert "KeyboardInterrupt" in error
    assert species(url) == ["ceiba"]


def test_nothing_switches_durability_off(stopped):
    with psycopg.connect(stopped.start(), autocommit=True) as database:
        database.execute("ALTER SYSTEM SET fsync = off")
        database.execute("ALTER SYSTEM SET listen_addresses = '*'")
        database.execute("ALTER SYSTEM SET port = 5433")
    stopped.stop()
    with psycopg.connect(stopped.start()) as database:
        shown = {
            name: database.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "listen_addresses")
        }
    assert shown == {"fsync": "on", "listen_addresses": ""}


def test_settings_take_effect_and_the_log_is_written(stopped):
    with psycopg.connect(stopped.start()) as database:
        for name, value in (
            ("jit", "off"),
            ("TimeZone", "UTC"),
            ("max_wal_size", "4GB"),
            ("data_checksums", "on"),
        ):
            assert database.execute(f"SHOW {name}").fetchone() == (value,)
    assert "ready to accept connections" in log_text(stopped)


def test_only_the_owner_reaches_the_socket(stopped):
    stopped.start()
    home = stopped.data_dir
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / ".s.PGSQL.5432").stat().st_mode) == 0o700


@pytest.mark.parametrize(("memory", "shared"), [(64, "32MB"), (2048, "512MB"), (64_000, "1024MB")])
def test_shared_memory_is_a_quarter_within_bounds(memory, shared, folder):
    assert server_settings(memory, folder)["shared_buffers"] == shared


def test_memory_is_that_of_the_machine_or_less():
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    assert 0 < memory_mib() <= machine


@pytest.mark.parametrize(
    ("limits", "expected"), [((), 4096), (("max",), 4096), (("2147483648", "max"), 2048)]
)
def test_memory_is_the_machine_s_unless_a_container_has_less(tmp_path, monkeypatch, limits, expected):
    files = [tmp_path / str(number) for number, _ in enumerate(limits)]
    for file, limit in zip(files, limits, strict=True):
        file.write_text(f"{limit}\n")
    monkeypatch.setattr(settings, "CONTAINER_LIMITS", (*files, tmp_path / "absent"))
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 1 << 20, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert memory_mib() == expected


def test_nothing_of_the_caller_s_environment_reaches_the_server(stopped, monkeypatch, postmaster_of):
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "CEIBA_SECRET": "hunter2"}.items():
        monkeypatch.setenv(name, value)
    stopped.start()
    environment = Path(f"/proc/{postmaster_of(stopped).pid}/environ").read_bytes()
    assert b"LC_ALL=C" in environment
    assert not any(text in environment for text in (b"hunter2", b"/nowhere", b"PGPORT"))


def log_text(server: Server) -> str:
    deadline = time.monotonic() + 5
    while True:
        text = "".join(path.read_text() for path in (server.data_dir / "log").glob("*.log"))
        if text or time.monotonic() > deadline:
            return text
        time.sleep(0.05)
