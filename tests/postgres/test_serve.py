"""`ceiba serve`, told to stop, leaves nothing of its own behind.

It has a data folder and a server of its own here, with tables that `open_database`, which it begins with, has made
from nothing (tests/migrated.py). Begun on the tests' database it would wait for ever: a test's areas are in a
transaction that never commits, so the command finds none, loads them, and waits for those rows.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

import pytest

from ceiba.postgres.server import State
from tests.migrated import server_at

READY_SECONDS, STOP_SECONDS = 300, 15


def test_told_to_stop_it_ends_with_all_it_started(folder: Path) -> None:
    database = server_at(folder / "data" / "postgres")
    for asked in (signal.SIGTERM, signal.SIGINT):
        with serving(folder) as (served, port):
            assert len(of_session(served.pid)) >= 4, "the command, the site, the worker and the intake"
            served.send_signal(asked)
            assert served.wait(timeout=STOP_SECONDS) == 130
            assert of_session(served.pid) == []
            with socket.socket() as client:
                assert client.connect_ex(("127.0.0.1", port)) != 0
    assert database.status().state is State.RUNNING, "the database goes on until `ceiba db stop`"
    database.stop()


@contextmanager
def serving(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The command in a session of its own, and its port, once the site answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CEIBA_")}
    served = subprocess.Popen(
        [sys.executable, "-m", "ceiba.cli.app", "serve", "--port", str(port)],
        env=environment | {"CEIBA_DATA_DIR": str(folder / "data")},
        cwd=folder,
        start_new_session=True,
    )
    try:
        wait_until_healthy(served, port)
        yield served, port
    finally:
        for pid in of_session(served.pid):  # what a test that fails leaves
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        served.wait()


def wait_until_healthy(served: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert served.poll() is None, "it ended by itself"
        with suppress(URLError, ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/").close()
            return
        time.sleep(0.1)
    pytest.fail("the site did not come up")


def of_session(session: int) -> list[int]:
    """The processes of a session, without those that are dead and unburied."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _, _, sid = stat.read_text().rpartition(")")[2].split()[:4]
            if int(sid) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found
