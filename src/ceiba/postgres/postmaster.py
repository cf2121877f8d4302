"""The process that PostgreSQL's `postmaster.pid` names, believed as far as the process itself confirms it."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

PID_LINE: Final = 0
STATE_LINE: Final = 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server's first process, by its pid file. The file outlives a crash; its pid may be another's."""

    pid: int
    cluster: Path
    says_ready: bool

    @classmethod
    def read(cls, cluster: Path) -> Self | None:
        """Read the pid file of `cluster`; None when there is none, or none that can be understood."""
        try:
            lines = pid_file(cluster).read_text(errors="replace").splitlines()
            pid = int(lines[PID_LINE])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        says_ready = len(lines) > STATE_LINE and lines[STATE_LINE].strip() == "ready"
        return cls(pid, cluster, says_ready) if pid > 0 else None

    def is_real(self) -> bool:
        """Whether the process exists, is PostgreSQL and works in this cluster.

        Where the system hides the process's folder, being PostgreSQL is enough: the doubt protects the data.
        """
        process = Path(f"/proc/{self.pid}")
        try:
            if (process / "comm").read_text().strip() != "postgres":
                return False
            return os.path.samefile(process / "cwd", self.cluster)
        except PermissionError:
            return True
        except (FileNotFoundError, ProcessLookupError):
            return False

    def ask_to_stop(self) -> None:
        """Ask for a fast shutdown: clients are cut off, everything committed is written."""
        with suppress(ProcessLookupError):  # it went by itself
            os.kill(self.pid, signal.SIGINT)


def pid_file(cluster: Path) -> Path:
    """The place of the pid file."""
    return cluster / "postmaster.pid"
