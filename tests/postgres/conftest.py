"""Real servers in short folders (a socket's path has a limit), every one of them stopped at the end."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.postgres.postmaster import Postmaster
from ceiba.postgres.server import Server

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="session")
def root_folder() -> Iterator[Path]:
    """A folder that any user may pass through, as /var/lib is."""
    memory = Path("/dev/shm")  # noqa: S108 - quicker than a disk; the folder in it has a name of its own
    roomy = memory.exists() and shutil.disk_usage(memory).free > 2 << 30
    folder = Path(tempfile.mkdtemp(prefix="cb", dir=memory if roomy else "/tmp"))  # noqa: S108 - a short path
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(root_folder: Path) -> Iterator[Path]:
    """An empty data folder; what still runs in it after the test is killed."""
    folder = Path(tempfile.mkdtemp(dir=root_folder))
    folder.chmod(0o755)
    yield folder
    kill_all(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(root_folder: Path) -> Path:
    """A data folder with a cluster that was made once, with a row in it, and stopped."""
    server = Server(root_folder / "template")
    with psycopg.connect(server.start(), autocommit=True) as database:
        database.execute("CREATE TABLE tree (species text)")
        database.execute("INSERT INTO tree VALUES ('ceiba')")
    server.stop()
    return server.data_dir


@pytest.fixture
def stopped(folder: Path, template: Path) -> Server:
    """A server of its own that has data and does not run."""
    shutil.copytree(template, folder / "db", symlinks=True)
    return Server(folder / "db", wait_s=30)


@pytest.fixture
def command() -> Callable[..., subprocess.Popen[str]]:
    """Run Python code as another command would, with `server` made; in a session of its own."""

    def run(
        code: str, folder: Path, python: str = sys.executable, before: Sequence[str] = (), **options: Any
    ) -> subprocess.Popen[str]:
        preamble = "import sys\nfrom pathlib import Path\nfrom ceiba.postgres.server import Server\n"
        made = "server = Server(Path(sys.argv[1]), wait_s=30)\n"
        return subprocess.Popen(
            [*before, python, "-c", preamble + made + code, str(folder)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(SOURCE), *sys.path[1:]])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )

    return run


@pytest.fixture
def species() -> Callable[[str], list[str]]:
    """The rows of the template's table, read through a URL."""

    def read(url: str) -> list[str]:
        with psycopg.connect(url) as database:
            return [row[0] for row in database.execute("SELECT species FROM tree ORDER BY 1")]

    return read


@pytest.fixture
def code_of() -> Callable[[Callable[[], object]], str]:
    """The code of the first problem that a call ends in, its texts checked in both languages."""

    def run(call: Callable[[], object]) -> str:
        with pytest.raises(CeibaError) as caught:
            call()
        assert caught.value.text("es") != caught.value.text("en")
        return caught.value.problems[0].code

    return run


@pytest.fixture
def postmaster_of() -> Callable[[Server], Postmaster]:
    """The server's first process."""

    def read(server: Server) -> Postmaster:
        postmaster = Postmaster.read(server.data_dir / "cluster")
        assert postmaster is not None
        return postmaster

    return read


@pytest.fixture
def kill_postmaster(postmaster_of) -> Callable[[Server], None]:
    """Kill a server's first process and wait until it takes no more connections."""

    def kill(server: Server) -> None:
        postmaster = postmaster_of(server)
        os.kill(postmaster.pid, signal.SIGKILL)
        while postmaster.is_real():
            time.sleep(0.01)

    return kill


@pytest.fixture
def kill_everything() -> Callable[[Path], int]:
    """Kill, as a power cut would, whatever works inside a folder."""
    return kill_all


def kill_all(folder: Path) -> int:
    """SIGKILL to every process that works in `folder`, until none is left; how many there were."""
    killed: set[int] = set()
    while found := set(working_in(folder)):
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed |= found
    return len(killed)


def working_in(folder: Path) -> Iterator[int]:
    """The processes whose working folder lies in `folder`; the dead, even unburied, have none."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, PermissionError, ProcessLookupError):
            if Path(os.readlink(process / "cwd")).is_relative_to(folder):
                yield int(process.name)
