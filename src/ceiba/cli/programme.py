"""`ceiba programme`: check a rulebook's folder, publish it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, language, open_database, said
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.rules.checking import check_rulebook
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rulebook

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[
    Path,
    typer.Argument(help="Folder of TOML files, for example programmes/ca.", exists=True, file_okay=False),
]
