"""`ceiba programme`: check a rulebook's folder, publish it."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ceiba.cli.session import answer, console, language, open_database, said
from ceiba.core.checking import Report, check_rulebook
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rulebook
from ceiba.rulebook.folder import folder_files

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Folder of TOML files, for example programmes/ca.")]


@app.command()
def check(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Read a rulebook, compile every rule, run its worked cases; exit status 1 when it must not be published."""
    try:
        book = read_folder(folder)
    except CeibaError as error:
        report = Report(error.problems, (), {})
    else:
        report = check_rulebook(book)
    if as_json:
        answer(
            {
                "ok": report.ok,
                "problems": [_as_dict(problem) for problem in report.problems],
                "warnings": [_as_dict(problem) for problem in report.warnings],
                "counts": dict(report.counts),
            }
        )
    else:
        _print(folder, report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def publish(folder: Folder) -> None:
    """Publish a rulebook, which decides months from now on, and the forms in its folder `forms`.

    The same folder again changes nothing.
    """
    open_database()
    from ceiba.runs.publication import programme_publish

    files = folder_files(folder)
    version = programme_publish(files=files, actor=None, at=datetime.now(UTC), forms=folder / "forms")
    console.print(f"{version.programme_id} {version.digest}", highlight=False)


def read_folder(folder: Path) -> Rulebook:
    """The rulebook in `folder`. Raises CeibaError with every problem of reading it."""
    return read_rulebook(folder_files(folder))


def _as_dict(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, **asdict(problem.where), "text": problem.text(language())}


def _print(folder: Path, report: Report) -> None:
    for style, problems in (("red", report.problems), ("yellow", report.warnings)):
        for problem in problems:
            console.print(problem.text(language()), style=style, markup=False, highlight=False)
    if report.counts:
        words = {
            "rules": said("reglas", "rules"),
            "components": said("componentes", "components"),
            "parameters": said("parámetros", "parameters"),
            "cases": said("casos resueltos", "worked cases"),
            "cases_run": said("veces probados", "times run"),
            "months": said("meses en que algo cambia", "months in which something changes"),
            "assumptions": said("supuestos declarados", "declared assumptions"),
        }
        table = Table(box=None, show_header=False, pad_edge=False)
        for name, count in report.counts.items():
            table.add_row(words[name], f"{count:,}")
        console.print(table)
    verdict = (
        said("en orden", "in order") if report.ok else said("no se puede publicar", "must not be published")
    )
    console.print(f"{folder}: {verdict}", style="bold", highlight=False)
