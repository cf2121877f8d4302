"""`ceiba iati`: write a programme's IATI files, check anybody's."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, language, open_database, said
from ceiba.core.iati.findings import Finding
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

register_messages(
    {
        "iati.no_publisher": {
            "es": "nadie publica el programa «{programme}». Escriba programmes/{programme}/iati/publisher.toml.",
            "en": 'nobody publishes the programme "{programme}". Write programmes/{programme}/iati/publisher.toml.',
        },
        "iati.not_written": {
            "es": "los archivos tienen {errors} errores y no se escribieron.",
            "en": "the files have {errors} errors and were not written.",
        },
    }
)

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.command()
def export(
    programme: Annotated[
        str, typer.Option("--programme", "-p", help="Code of the programme, for example ca.")
    ],
    folder: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)],
) -> None:
    """Write a programme's activity and organisation files (IATI 2.03); nothing is written when they have errors."""
    open_database()
    from ceiba.core.iati.publication import too_few
    from ceiba.reports.iati.files import files_of, files_write
    from ceiba.reports.iati.selectors import knowledge_of, publisher_of

    publisher = publisher_of(programme)
    if publisher is None:
        raise CeibaError(Problem("iati.no_publisher", values={"programme": programme}))
    known = knowledge_of(programme, publisher, datetime.now(UTC))
    files = files_of(known)
    for file in files:
        _print(file.name, file.findings)
    errors = sum(file.errors for file in files)
    if errors:
        raise CeibaError(Problem("iati.not_written", Where(item=programme), {"errors": errors}))
    for path in files_write(files, folder):
        console.print(str(path), highlight=False)
    if publisher.assumed:
        example = said(
            "El identificador de la organización es de ejemplo: no los publique así.",
            "The organisation's identifier is an example: do not publish them so.",
        )
        console.print(example, style="yellow")
    if few := too_few(known):
        words = said(
            "Pagaron a menos de {least} personas, en una sola suma cada uno; decida si se publican: {names}",
            "Paid fewer than {least} people, told as one sum each; decide whether to publish them: {names}",
        )
        console.print(words.format(least=known.least, names=", ".join(few)), style="yellow", markup=False)


@app.command()
def check(
    files: Annotated[
        list[Path],
        typer.Argument(help="IATI files, of activities or organisations.", exists=True, dir_okay=False),
    ],
    as_json: AsJson = False,
) -> None:
    """Check IATI 2.03 files against the schema, the standard ruleset and the codelists, without a database.

    Exit status 1 when any has an error.
    """
    from ceiba.reports.iati.checking import findings_of

    now = datetime.now(UTC)
    found = {str(path): findings_of(path.read_bytes(), now, path.name) for path in files}
    errors = sum(finding.severity == "error" for findings in found.values() for finding in findings)
    if as_json:
        told = {path: [_as_dict(finding) for finding in findings] for path, findings in found.items()}
        answer({"ok": not errors, "files": told})
    else:
        for path, findings in found.items():
            _print(path, findings)
    raise typer.Exit(1 if errors else 0)


def _as_dict(finding: Finding) -> dict[str, object]:
    problem = finding.problem
    return {
        "severity": finding.severity.value,
        "code": problem.code,
        "rule": problem.where.rule,
        "item": problem.where.item,
        "line": problem.values["line"],
        "text": problem.text(language()),
    }


def _print(name: str, findings: "list[Finding] | tuple[Finding, ...]") -> None:
    styles = {"error": "red", "warning": "yellow"}
    for finding in findings:
        console.print(
            f"{name}: {finding.problem.text(language())}",
            style=styles[finding.severity],
            markup=False,
            highlight=False,
        )
    if not findings:
        console.print(
            said(f"{name}: sin faltas.", f"{name}: nothing wrong."),
            style="green",
            markup=False,
            highlight=False,
        )
