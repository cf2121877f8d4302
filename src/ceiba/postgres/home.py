"""The launcher's folder: what is where in it, whose it is, and how much room is left."""

import errno
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

MIB: Final = 1 << 20
CREATE_FREE_MIB: Final = 256  # a new cluster takes 64 MiB, and needs room for its first journal
START_FREE_MIB: Final = 64  # crash recovery writes journal segments of 16 MiB

register_messages(
    {
        "postgres.unwritable": {
            "es": "Ceiba no puede escribir aquí ({reason}). Dé permiso de escritura al usuario {user}, o "
            "elija otra carpeta de datos.",
            "en": "Ceiba cannot write here ({reason}). Let user {user} write to it, or choose another data "
            "folder.",
        },
        "postgres.disk_full": {
            "es": "el disco está lleno: PostgreSQL necesita {needed} MiB y hay {free} MiB libres, o menos "
            "si hay una cuota. Los datos están intactos; libere espacio y repita.",
            "en": "the disk is full: PostgreSQL needs {needed} MiB and {free} MiB are free, or fewer where "
            "there is a quota. The data are intact; free some space and try again.",
        },
        "postgres.file_error": {
            "es": "el sistema no dejó usar esta ruta: {reason}. Corríjalo, o elija otra carpeta de datos.",
            "en": "the system refused this path: {reason}. Correct that, or choose another data folder.",
        },
        "postgres.other_owner": {
            "es": "la base de datos es del usuario {owner} y usted es {user}. Repita como {owner}.",
            "en": "the database belongs to user {owner} and you are {user}. Try again as {owner}.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Home:
    """The launcher's own folder and the places in it."""

    folder: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory, here only once it is finished."""
        return self.folder / "cluster"

    @property
    def unfinished(self) -> Path:
        """A cluster that is being made, or whose making was interrupted."""
        return self.folder / "cluster.unfinished"

    @property
    def start_log(self) -> Path:
        """What PostgreSQL wrote in its last start, before it turned to the log folder."""
        return self.folder / "start.log"

    @property
    def log_folder(self) -> Path:
        """One log file a weekday."""
        return self.folder / "log"

    @property
    def command_lock(self) -> Path:
        """Held by the command that is starting or stopping the server."""
        return self.folder / "command.lock"

    @property
    def alive_lock(self) -> Path:
        """Held by every PostgreSQL process, for they inherit it: who can take it knows that none is left."""
        return self.folder / "alive.lock"

    def make(self) -> None:
        """Make the folder if it is missing, for whoever owns the folder around it.

        Raises CeibaError (postgres.other_owner) for an ordinary user in another one's folder, and OSError.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                around = self.folder.parent.stat()
                os.chown(self.folder, around.st_uid, around.st_gid, follow_symlinks=False)
        owner, user = self.folder.stat().st_uid, os.geteuid()
        if user not in (0, owner):
            values = {"owner": user_name(owner), "user": user_name(user)}
            raise CeibaError(Problem("postgres.other_owner", Where(file=str(self.folder)), values))

    def give_to(self, uid: int, gid: int) -> None:
        """Make all that the launcher made `uid`'s; the folder last, so that an interrupted giving is redone."""
        made = (
            self.cluster,
            self.unfinished,
            self.log_folder,
            self.start_log,
            self.command_lock,
            self.alive_lock,
        )
        for path in (path for place in made for path in (*place.rglob("*"), place)):
            if os.path.lexists(path):
                os.chown(path, uid, gid, follow_symlinks=False)
        os.chown(self.folder, uid, gid)

    def has_cluster(self) -> bool:
        """Whether something is in the cluster's place; an empty folder is nothing."""
        return self.cluster.exists() and any(self.cluster.iterdir())

    def check_space(self) -> None:
        """Raise CeibaError (postgres.disk_full) when there is no room to make or to start a cluster."""
        needed = START_FREE_MIB if self.has_cluster() else CREATE_FREE_MIB
        if free_mib(self.folder) < needed:
            raise CeibaError(disk_full(self.folder, needed))


def user_name(uid: int) -> str:
    """The user's name, or the number of one who has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def free_mib(folder: Path) -> int:
    """MiB left on the disk of `folder`."""
    return shutil.disk_usage(folder).free // MIB


def disk_full(folder: Path, needed_mib: int = START_FREE_MIB) -> Problem:
    """The problem of a full disk, with what is left."""
    values = {"free": free_mib(folder), "needed": needed_mib}
    return Problem("postgres.disk_full", Where(file=str(folder)), values)


@contextmanager
def file_problems(home: Home) -> Iterator[None]:
    """Turn every OSError in the block into a CeibaError that names the place.

    Raises CeibaError: postgres.unwritable, postgres.disk_full or postgres.file_error.
    """
    try:
        yield
    except OSError as error:
        where = Where(file=os.fspath(error.filename) if error.filename else str(home.folder))
        reason = error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            problem = disk_full(home.folder)
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            user = user_name(os.geteuid())
            problem = Problem("postgres.unwritable", where, {"reason": reason, "user": user})
        else:
            problem = Problem("postgres.file_error", where, {"reason": reason})
        raise CeibaError(problem) from error
