"""`ceiba db`: the embedded PostgreSQL server, or the one CEIBA_DATABASE_URL selects."""

import os
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, open_database, said
from ceiba.config.environment import data_dir
from ceiba.postgres.server import Server
from ceiba.postgres.url import database_url

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


def _server() -> Server:
    return Server(data_dir(os.environ) / "postgres")


@app.command()
def start() -> None:
    """Start the embedded server, or join the one that runs; prints its URL."""
    console.print(
        database_url(os.environ, data_dir(os.environ) / "postgres"), highlight=False, soft_wrap=True
    )


@app.command()
def stop() -> None:
    """Stop the embedded server; everything written stays."""
    _server().stop()
    console.print(said("Base de datos detenida.", "Database stopped."))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the embedded server runs, and where."""
    state = _server().status()
    if as_json:
        answer({"state": str(state.state), "pid": state.pid, "data": str(data_dir(os.environ))})
    else:
        console.print(f"{state.state} · {data_dir(os.environ)}", highlight=False)


@app.command()
def url() -> None:
    """Print the database's URL, starting the embedded server when no other is selected."""
    start()


@app.command()
def migrate() -> None:
    """Bring the tables and the administrative areas up to date."""
    open_database()
    from ceiba.registry.services import areas_load

    areas_load()
    console.print(said("Tablas y áreas al día.", "Tables and areas up to date."))


@app.command()
def grant(
    role: Annotated[
        str, typer.Argument(help="A role of the server, which does not own the tables and logs in.")
    ],
    as_json: AsJson = False,
) -> None:
    """Give a role what the site, its worker and the intake need, and nothing more. Again after each migration."""
    open_database()
    from ceiba.audit.rights import rights_grant

    given = rights_grant(role=role)
    if as_json:
        answer(given)
        return
    for rights, tables in sorted(given.items()):
        console.print(f"{len(tables):4} · {rights}", highlight=False)
