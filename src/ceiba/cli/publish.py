"""`ceiba publish`: what anybody may fetch, made now and written as files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import console, open_database, said

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `proofs` a command of its own: typer would take the only one for the group."""


@app.command()
def proofs(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder for a mirror; without it, only the site's own are made.", file_okay=False
        ),
    ] = None,
) -> None:
    """Make what verifiers fetch (did:web, keys, trust list, status lists, type), and write it as files."""
    open_database()
    from ceiba.credentials.published.making import documents_publish, files_write

    changed = documents_publish(at=datetime.now(UTC))
    for path in changed:
        console.print(said(f"hecho: {path}", f"made: {path}"), highlight=False, soft_wrap=True)
    for file in files_write(folder) if folder else ():
        console.print(str(file), highlight=False, soft_wrap=True)
