"""The embedded server: start it or join it, stop it, ask how it is.

One command at a time acts on a server: it holds `command.lock`. Every process of the server inherits
`alive.lock`, which the system frees when the last of them is gone, however it went. So a server lives while
that lock is held; a `postmaster.pid` found with it free is a crash's: it is removed, and PostgreSQL recovers.
"""

import os
import shlex
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.postgres.binaries import find_binaries
from ceiba.postgres.cluster import DATABASE, USER, ensure_cluster
from ceiba.postgres.home import Home, disk_full, file_problems, free_mib
from ceiba.postgres.lock import POLL_S, FileLock, is_held
from ceiba.postgres.log import last_lines, log_sizes, tells_of_full_disk, written_since
from ceiba.postgres.postmaster import Postmaster, pid_file
from ceiba.postgres.runner import RootTools, find_runner
from ceiba.postgres.settings import memory_mib, server_options
from ceiba.postgres.socket_folder import SOCKET, make_socket_folder, socket_folder

register_messages(
    {
        "postgres.busy": {
            "es": "otra orden lleva más de {seconds} s haciendo arrancar o parar la base de datos: "
            "{holder}. Espere a que termine y repita; si no avanza, ciérrela.",
            "en": "another command has been starting or stopping the database for more than {seconds} s: "
            "{holder}. Wait for it to finish and try again; if it makes no progress, end it.",
        },
        "postgres.not_ready": {
            "es": "la base de datos sigue arrancando, recuperándose o cerrándose después de {seconds} s. "
            "Los datos están intactos; espere y repita. Lo último que dijo:\n{output}",
            "en": "the database is still starting, recovering or closing after {seconds} s. The data are "
            "intact; wait and try again. The last it said:\n{output}",
        },
        "postgres.not_started": {
            "es": "PostgreSQL no arrancó; los datos no se tocaron. Corrija lo que dice y repita:\n{output}",
            "en": "PostgreSQL did not start; the data were not touched. Correct what it says and try "
            "again:\n{output}",
        },
        "postgres.not_stopped": {
            "es": "la base de datos no terminó de cerrarse en {seconds} s. Los datos están intactos; espere "
            "y repita.",
            "en": "the database did not finish closing in {seconds} s. The data are intact; wait and try "
            "again.",
        },
        "postgres.foreign_server": {
            "es": "un PostgreSQL que no arrancó Ceiba (proceso {pid}) trabaja con estos datos. Ciérrelo, "
            "por ejemplo con «kill -INT {pid}», y repita.",
            "en": "a PostgreSQL that Ceiba did not start (process {pid}) is working on these data. Close "
            "it, for example with `kill -INT {pid}`, and try again.",
        },
    }
)


class State(StrEnum):
    """How a server is: none was made yet, or it is stopped, or changing, or ready for clients."""

    ABSENT = "absent"
    STOPPED = "stopped"
    CHANGING = "changing"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Status:
    """A server's state, and the process to look at where there is one."""

    state: State
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL of a folder that holds nothing else. It goes on after the command that started it."""

    data_dir: Path
    wait_s: int = 300  # a crash with 4 GB of journal can take minutes to recover from
    tools: RootTools = field(default_factory=RootTools)

    @property
    def url(self) -> str:
        """The URL for libpq, whether or not the server runs."""
        folder = quote(str(socket_folder(self._home)))
        return f"postgresql://{USER}@/{DATABASE}?host={folder}&port=5432"

    def start(self) -> str:
        """Start the server, or join the one that runs; make its database the first time. Gives the URL.

        Raises CeibaError, its code beginning with `postgres.`: for each, nothing that was stored is lost.
        """
        home = self._home
        with file_problems(home):
            home.make()
            with self._command(), FileLock(home.alive_lock) as alive:
                if not self._joins(alive):
                    self._launch(alive)
        return self.url

    def stop(self) -> None:
        """Close the server and wait until it is gone; clients are cut off, all they committed stays.

        Raises CeibaError: postgres.not_stopped, postgres.busy, postgres.foreign_server, and those of files.
        """
        home = self._home
        with file_problems(home):
            if not home.folder.exists():
                return
            home.make()
            with self._command(), FileLock(home.alive_lock) as alive:
                self._see_out(alive)
                self._refuse_foreign()

    def status(self) -> Status:
        """How the server is; changes nothing. Raises CeibaError about files that cannot be read."""
        home = self._home
        with file_problems(home):
            postmaster = Postmaster.read(home.cluster)
            pid = postmaster.pid if postmaster and postmaster.is_real() else None
            if self._accepts():
                return Status(State.RUNNING, pid)
            if is_held(home.alive_lock) or pid:
                return Status(State.CHANGING, pid)
            return Status(State.STOPPED if home.has_cluster() else State.ABSENT)

    @property
    def _home(self) -> Home:
        return Home(self.data_dir.resolve())

    def _problem(self, code: str, **values: object) -> Problem:
        return Problem(code, Where(file=str(self._home.folder)), values)

    @contextmanager
    def _command(self) -> Iterator[None]:
        """Be the one command that acts on this server. Raises CeibaError (postgres.busy)."""
        with FileLock(self._home.command_lock) as lock:
            if not lock.acquire(self.wait_s):
                raise CeibaError(self._problem("postgres.busy", seconds=self.wait_s, holder=lock.holder()))
            lock.sign(f"{os.getpid()}, {shlex.join(sys.argv)}")
            yield

    def _accepts(self) -> bool:
        """Whether the server says it is ready and takes connections."""
        postmaster = Postmaster.read(self._home.cluster)
        if postmaster is None or not postmaster.says_ready:
            return False
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(os.fspath(socket_folder(self._home) / SOCKET)) == 0

    def _joins(self, alive: FileLock) -> bool:
        """Whether a running server was found; when not, none of its processes lives and `alive` is ours.

        Waits for one that is starting, recovering or closing. Raises CeibaError (postgres.not_ready).
        """
        deadline = time.monotonic() + self.wait_s
        while not self._accepts():
            if alive.try_acquire():
                return False
            if time.monotonic() >= deadline:
                output = last_lines(written_since(self._home, {}))
                raise CeibaError(self._problem("postgres.not_ready", seconds=self.wait_s, output=output))
            time.sleep(POLL_S)
        return True

    def _see_out(self, alive: FileLock) -> None:
        """Ask the server to close, as soon as it can be asked, and wait until `alive` is ours.

        Raises CeibaError (postgres.not_stopped).
        """
        deadline, asked = time.monotonic() + self.wait_s, None
        while not alive.try_acquire():
            postmaster = Postmaster.read(self._home.cluster)
            if postmaster and postmaster.pid != asked and postmaster.is_real():
                postmaster.ask_to_stop()
                asked = postmaster.pid
            if time.monotonic() >= deadline:
                raise CeibaError(self._problem("postgres.not_stopped", seconds=self.wait_s))
            time.sleep(POLL_S)

    def _refuse_foreign(self) -> None:
        """Raise CeibaError (postgres.foreign_server) when someone started PostgreSQL here by hand."""
        postmaster = Postmaster.read(self._home.cluster)
        if postmaster and postmaster.is_real():
            raise CeibaError(self._problem("postgres.foreign_server", pid=postmaster.pid))

    def _launch(self, alive: FileLock) -> None:
        """Make the cluster if need be and start its server, which inherits `alive`."""
        home = self._home
        self._refuse_foreign()
        home.check_space()
        binaries = find_binaries()
        runner = find_runner(home, binaries, self.tools)
        ensure_cluster(home, runner, binaries, alive.descriptor)
        place = make_socket_folder(home, runner.uid, runner.gid)
        # What a crash left: PostgreSQL would believe these while any process, even a zombie, has their pid.
        for leftover in (pid_file(home.cluster), place / SOCKET, place / f"{SOCKET}.lock", home.start_log):
            leftover.unlink(missing_ok=True)

        before = log_sizes(home)
        # Names relative to the folder: pg_ctl hands them to a shell with too little quoting.
        arguments = f"start -w -t {self.wait_s} -D {home.cluster.name} -l {home.start_log.name} -o".split()
        options = shlex.join(server_options(memory_mib(), place))
        done = runner.run(binaries.program("pg_ctl"), [*arguments, options], home.folder, alive.descriptor)
        if done.returncode != 0 or not self._accepts():
            raise CeibaError(self._start_problem(before, done.stdout + done.stderr))

    def _start_problem(self, before: Mapping[Path, int], said: str) -> Problem:
        """Why the server is not up: a full disk (its log may be empty then), slowness, or what it says."""
        home, written = self._home, written_since(self._home, before)
        if tells_of_full_disk(written + said) or free_mib(home.folder) == 0:
            return disk_full(home.folder)
        output = last_lines(said + written)
        postmaster = Postmaster.read(home.cluster)
        if postmaster and postmaster.is_real():
            return self._problem("postgres.not_ready", seconds=self.wait_s, output=output)
        return self._problem("postgres.not_started", output=output)
