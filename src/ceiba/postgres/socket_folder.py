"""The folder of the server's unix socket: the launcher's own, or a short private one that stands for it."""

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.postgres.home import Home

SOCKET: Final = ".s.PGSQL.5432"
SOCKET_PATH_BYTES_MAX: Final = 107
SHORT_ROOT: Final = Path("/tmp")  # noqa: S108 - named by a digest, made 0700, refused when another's
LISTED: Final = re.compile(r"[,\"\\]")  # libpq and PostgreSQL read these as the marks of a list

register_messages(
    {
        "postgres.socket_folder_taken": {
            "es": "esta carpeta, que serviría para conectarse a la base de datos, es de otro usuario o no "
            "es una carpeta. Bórrela, o elija una carpeta de datos de ruta más corta.",
            "en": "this folder, which would serve to connect to the database, is another user's or is not a "
            "folder. Remove it, or choose a data folder with a shorter path.",
        },
    }
)


def socket_folder(home: Home) -> Path:
    """The same folder for all who ask about `home`, whatever their environment; it may not exist yet."""
    name = os.fsencode(home.folder / SOCKET)
    if len(name) <= SOCKET_PATH_BYTES_MAX and not LISTED.search(str(home.folder)):
        return home.folder
    return SHORT_ROOT / f"ceiba-{hashlib.sha256(name).hexdigest()[:16]}"


def make_socket_folder(home: Home, uid: int, gid: int) -> Path:
    """Make sure that the socket's folder exists and is `uid`'s alone.

    Raises CeibaError (postgres.socket_folder_taken), and OSError.
    """
    folder = socket_folder(home)
    if folder == home.folder:
        return folder
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()):
        raise CeibaError(Problem("postgres.socket_folder_taken", Where(file=str(folder))))
    folder.chmod(0o700)
    if found.st_uid != uid:
        os.chown(folder, uid, gid)
    return folder
