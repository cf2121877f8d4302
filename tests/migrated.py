"""A PostgreSQL cluster with today's tables, made once and copied to wherever tests need one.

Migrating an empty database takes sixteen seconds, copying a migrated one a tenth of a second. It has two databases:
`ceiba`, as a command of Ceiba's makes it when there is nothing, with the areas; and BARE, the same without any row
in them, of which the tests' own databases are copies.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from ceiba.postgres.lock import FileLock
from ceiba.postgres.server import Server

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = ROOT / "var" / "migrated"
BARE: Final = "bare"
OF: Final = "of"  # the file in a cluster's folder that says of which sources it is
WAIT_SECONDS: Final = 600
# All that a database with its tables and areas is made of; tests/test_migrated.py sees that migrations use no more.
SOURCES: Final = (
    "requirements/run.txt",
    "src/ceiba/**/*.sql",
    "src/ceiba/**/migrations/*.py",
    "src/ceiba/**/models.py",
    "src/ceiba/**/models/*.py",
    "src/ceiba/audit/append_only.py",
    "src/ceiba/registry/erasable.py",
    "src/ceiba/cli/session.py",
    "src/ceiba/config/settings.py",
    "src/ceiba/core/**/*.py",
    "src/ceiba/geodata/areas.*",
    "src/ceiba/postgres/*.py",
    "src/ceiba/registry/services/areas.py",
    "tests/migrated.py",
)


def server_at(folder: Path) -> Server:
    """A server on a copy in `folder`, stopped unless it was there; one of other tables is closed and replaced."""
    server = Server(folder)
    with _alone():
        digest = sources_digest()
        if not _is_of(folder, digest):
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(_made(digest), folder, symlinks=True)
    return server


def sources_digest() -> str:
    """What distinguishes today's tables from those of another day."""
    found = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)}):
        found.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """One of the processes that test at the same time."""
    KEPT.parent.mkdir(exist_ok=True)
    with FileLock(KEPT.with_suffix(".lock")) as lock:
        assert lock.acquire(WAIT_SECONDS), f"{KEPT} is being made for ever"
        yield


def _is_of(folder: Path, digest: str) -> bool:
    return (folder / OF).is_file() and (folder / OF).read_text() == digest


def _made(digest: str) -> Path:
    """The folder of the cluster to copy, whose server is stopped; made when it is not of these sources."""
    folder = KEPT / "postgres"
    if not _is_of(folder, digest):
        Server(folder).stop()
        shutil.rmtree(KEPT, ignore_errors=True)
        _make(Server(folder))
        (folder / OF).write_text(digest)
    return folder


def _make(server: Server) -> None:
    """As a command of Ceiba's does when there is no database."""
    done = subprocess.run(
        [sys.executable, "-c", "from ceiba.cli.session import open_database; open_database()"],
        env=os.environ
        | {
            "CEIBA_DATA_DIR": str(KEPT),
            "CEIBA_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "ceiba.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with psycopg.connect(server.url, autocommit=True) as database:
        database.execute(f"CREATE DATABASE {BARE} TEMPLATE ceiba")  # type: ignore[arg-type]  # a name above
    with psycopg.connect(server.url, dbname=BARE, autocommit=True) as database:
        database.execute("TRUNCATE registry_area RESTART IDENTITY CASCADE")
    server.stop()
