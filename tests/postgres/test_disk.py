"""A full disk, on a real small one: a clear message, and the data as they were."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"

PREAMBLE = """
import json, os, shutil, signal, sys
from pathlib import Path
import psycopg
from ceiba.core.kernel.errors import CeibaError
from ceiba.postgres import home
from ceiba.postgres.postmaster import Postmaster
from ceiba.postgres.server import Server

folder = Path(sys.argv[1])
server = Server(folder / "db", wait_s=30)
place = folder / "db"
filler = folder / "filler"

def code():
    try:
        return server.start() and "started"
    except CeibaError as error:
        return error.problems[0].code

def fill(left):
    disk = os.statvfs(folder)
    with filler.open("wb") as file:
        try:
            for _ in range((disk.f_bavail * disk.f_frsize - left) // 4096):
                file.write(bytes(4096))
        except OSError:
            pass

def crashed():
    shutil.copytree(sys.argv[2], place, symlinks=True)
    with psycopg.connect(server.start(), autocommit=True) as database:
        database.execute("INSERT INTO tree VALUES ('cedar')")
        database.execute("SELECT pg_switch_wal()")  # the next start needs a new journal segment
        postmaster = Postmaster.read(place / "cluster")
        os.kill(postmaster.pid, signal.SIGKILL)
        while postmaster.is_real():
            pass

def rows():
    with psycopg.connect(server.start()) as database:
        return database.execute("SELECT count(*) FROM tree").fetchone()[0]

def said(**values):
    print(json.dumps(values))
"""


@pytest.fixture
def on_disk(folder, template):
    """Run a script on a new file system of so many MiB, mounted for that script alone."""

    def run(size_mib, script):
        mount = f'mount -t tmpfs -o size={size_mib}m,mode=755 none "$1" && shift && exec "$@"'
        inside = ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh", folder]
        if (
            os.geteuid() != 0
            or subprocess.run([*inside, "true"], capture_output=True, check=False).returncode
        ):
            pytest.skip("this system lets us mount no file system")
        done = subprocess.run(
            [*inside, sys.executable, "-c", PREAMBLE + script + "\nserver.stop()", folder, template],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_too_small_for_a_new_cluster(on_disk):
    script = """
first = code()
said(first=first, left=sorted(path.name for path in place.iterdir()))
"""
    assert on_disk(100, script) == {"first": "postgres.disk_full", "left": ["alive.lock", "command.lock"]}


def test_full_in_the_middle_of_making_the_cluster(on_disk):
    script = """
home.CREATE_FREE_MIB = 0
said(first=code(), left=[path.name for path in place.iterdir() if path.is_dir()])
"""
    assert on_disk(30, script) == {"first": "postgres.disk_full", "left": []}


def test_full_while_adding_the_database_to_the_new_cluster(on_disk):
    script = """
home.CREATE_FREE_MIB = 0
said(first=code(), left=[path.name for path in place.iterdir() if path.is_dir()])
"""
    assert on_disk(45, script) == {"first": "postgres.disk_full", "left": []}


def test_nearly_full_at_a_start_after_a_crash(on_disk):
    script = """
crashed()
fill(10 << 20)
full = code()
filler.unlink()
said(full=full, rows=rows())
"""
    assert on_disk(400, script) == {"full": "postgres.disk_full", "rows": 2}


def test_full_in_the_middle_of_a_start_after_a_crash(on_disk):
    script = """
home.START_FREE_MIB = 0
crashed()
fill(4 << 20)
full = [code(), code()]
filler.unlink()
said(full=full, rows=rows())
"""
    assert on_disk(400, script) == {"full": ["postgres.disk_full"] * 2, "rows": 2}


def test_full_to_the_last_byte_so_that_no_log_can_say_so(on_disk):
    script = """
home.START_FREE_MIB = 0
crashed()
rows()
server.stop()
for log in (place / "start.log", *(place / "log").iterdir()):
    log.unlink()
fill(0)
full = [code(), code()]
filler.unlink()
said(full=full, rows=rows())
"""
    assert on_disk(400, script) == {"full": ["postgres.disk_full"] * 2, "rows": 2}


def test_a_running_server_is_joined_on_a_full_disk(on_disk):
    script = """
crashed()
server.start()
fill(0)
joined = code()
filler.unlink()
said(joined=joined)
"""
    assert on_disk(400, script) == {"joined": "started"}
