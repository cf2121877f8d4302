"""`ceiba commitments`: load what somebody wrote down in a file, in the names of two people."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceiba.cli.session import console, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

if TYPE_CHECKING:
    from ceiba.commitments.services.loading import Loaded

register_messages(
    {
        "commitments.no_toml": {
            "es": "No es TOML: {why}.",
            "en": "It is not TOML: {why}.",
        },
        "commitments.not_entitled": {
            "es": "«{username}» no existe o no puede registrar compromisos: eso es de la oficina del programa.",
            "en": "“{username}” does not exist or may not record commitments: that is for the programme office.",
        },
    }
)
EXAMPLES: Final = Path(__file__).parents[1] / "commitments" / "examples.toml"
"""What the demonstration shows."""

app = typer.Typer(no_args_is_help=True)


@app.callback()
def commitments() -> None:
    """What governments and others promised each other."""


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="Parties, sources and commitments as TOML.", exists=True, dir_okay=False)
    ],
    by: Annotated[str, typer.Option(help="User name of who enters them.")],
    confirmed_by: Annotated[str, typer.Option(help="User name of who has checked and confirms them.")],
) -> None:
    """Enter what the file says and is not in the register yet; all of it, or nothing."""
    open_database()
    loaded = load_file(file, by, confirmed_by)
    console.print(
        said(
            f"{loaded.entered} compromisos registrados y confirmados; {loaded.known} ya estaban.",
            f"{loaded.entered} commitments entered and confirmed; {loaded.known} were there already.",
        ),
        highlight=False,
    )


def load_file(file: Path, by: str, confirmed_by: str) -> "Loaded":
    """Load a file in the names of two users. Raises CeibaError."""
    from ceiba.accounts.models import User
    from ceiba.accounts.permissions import Action, may
    from ceiba.commitments.services.loading import commitments_load

    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CeibaError(Problem("commitments.no_toml", Where(file.name), {"why": error})) from error
    users = {user.username: user for user in User.objects.filter(username__in=(by, confirmed_by))}
    entitled = {name for name, user in users.items() if may(user, Action.RECORD_COMMITMENTS)}
    if wrong := {by, confirmed_by} - entitled:
        raise CeibaError(Problem("commitments.not_entitled", values={"username": name}) for name in wrong)
    return commitments_load(
        data=data,
        file=file.name,
        by=users[by],
        confirmed_by=users[confirmed_by],
        today=datetime.now(UTC).date(),
    )
