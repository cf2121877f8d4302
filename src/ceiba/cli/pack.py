"""`ceiba pack`: a month and area in a folder for an auditor, and whether such a folder is what was made."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.month import AsJson, Programme
from ceiba.cli.session import answer, console, errors, language, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.kernel.month import Month

app = typer.Typer(no_args_is_help=True)
SampleSize = Annotated[int | None, typer.Option("--sample", min=1, help="How many participant-months.")]
Seed = Annotated[str | None, typer.Option(help="What the sample is drawn with; the auditor says it.")]


@app.command()
def make(
    month: Annotated[str, typer.Option(help="As 2026-03.")],
    area: Annotated[str, typer.Option(help="Code of an area, with all below it: GT-1304, GT-13, GT.")],
    to: Annotated[Path, typer.Option(help="A new folder.")],
    programme: Programme = "ca",
    sample: SampleSize = None,
    seed: Seed = None,
    user: Annotated[
        str | None, typer.Option("--for", metavar="USER", help="Whom it is for: holds what they may see.")
    ] = None,
) -> None:
    """Make the audit pack of a sealed month and area: a folder that verifies itself."""
    given = _sample(sample, seed)
    open_database()
    from ceiba.accounts.models import User
    from ceiba.packs.making import PackAsked, pack_make
    from ceiba.packs.sampling import SampleAsked

    account = None if user is None else User.objects.filter(username=user).first()
    if user is not None and account is None:
        raise CeibaError(Problem("pack.not_allowed", values={"user": user}))
    asked = PackAsked(programme, Month.parse(month), area, SampleAsked(*given) if given else None, account)
    with console.status(str(to)):
        manifest = pack_make(asked=asked, to=to, now=datetime.now(UTC))
    console.print(
        said(
            f"{to}: {len(manifest.files)} archivos. Identificador {manifest.id}",
            f"{to}: {len(manifest.files)} files. Identifier {manifest.id}",
        ),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of an audit pack.")],
    sample: SampleSize = None,
    seed: Seed = None,
    log_key: Annotated[
        list[str] | None, typer.Option(help="A key of the log or of a witness that must have signed (vkey).")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Exit status 3 when something was not checked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check every byte of a pack and decide its months again, without a server or a database.

    Exit status 1 when something was changed (what, where and of whom is said), 2 when there is no pack.
    """
    from ceiba.packs.told import as_dict, lines_of
    from ceiba.packs.verdict import status_of
    from ceiba.packs.verifying import verify_pack

    given = _sample(sample, seed)
    try:
        with console.status(str(folder)) as status:
            verdict = verify_pack(
                folder,
                sample=given,
                log_keys=tuple(log_key or ()),
                progress=lambda part: status.update(f"{folder}: {part}"),
            )
    except CeibaError as error:
        errors.print(error.text(language()), style="red", markup=False)
        raise typer.Exit(status_of(error)) from error
    code = verdict.status(strict=strict)
    if as_json:
        answer(as_dict(verdict, language()) | {"status": code})
    else:
        styles = {"✗": "red", "✓": "green", "?": "yellow", "=": "dim"}
        for mark, text in lines_of(verdict, language()):
            console.print(f"{mark} {text}", style=styles[mark], markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def _sample(size: int | None, seed: str | None) -> tuple[int, str] | None:
    if (size is None) != (seed is None):
        raise typer.BadParameter(said("dé --sample y --seed juntos.", "give --sample and --seed together."))
    return None if size is None or seed is None else (size, seed)
