"""`ceiba verifier`: the verifier's page, as files for any web server."""

from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import console, said, setup_django

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `export` a command of its own: typer would take the only one for the group."""


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.", file_okay=False)],
    lists: Annotated[
        Path,
        typer.Option(
            help="Root keys, list of issuers, status lists: the folder that `ceiba publish proofs` writes.",
            exists=True,
            file_okay=False,
        ),
    ],
) -> None:
    """Write the page and its lists, in Spanish and English; again, to renew the lists. No database is needed."""
    setup_django()
    from ceiba.verifier.export import export as export_page
    from ceiba.verifier.published import published_in

    count = export_page(folder, published_in(lists))
    words = said(
        "{count} archivos en {folder}. Sírvalos con https: sin él no hay cámara ni modo sin señal.",
        "{count} files in {folder}. Serve them by https: without it there is no camera, and no work offline.",
    )
    console.print(words.format(count=count, folder=folder), highlight=False, soft_wrap=True)
