"""`ceiba form`: check an XLSForm, publish it, take one away."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, language, open_database, said, setup_django
from ceiba.core.kernel.errors import CeibaError, Problem, Where

app = typer.Typer(no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(help="An XLSForm: .xlsx, .xls, .csv or .md.", exists=True, dir_okay=False)
]


@app.command()
def check(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Compile an XLSForm and check what it gives, without a database; exit status 1 when it cannot be published."""
    setup_django()
    from ceiba.forms.compiling import xlsform_compile

    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    given: tuple[str, ...] = ()
    try:
        compiled = xlsform_compile(name=file.name, data=file.read_bytes())
    except CeibaError as error:
        problems = error.problems
    else:
        notes, given = compiled.notes, tuple(compiled.definition.given)
    if as_json:
        texts = {"problems": [_as_dict(p) for p in problems], "notes": [_as_dict(n) for n in notes]}
        answer({"ok": not problems, "gives": given, **texts})
    else:
        _print(file, problems, notes, given)
    raise typer.Exit(1 if problems else 0)


@app.command()
def publish(
    file: File,
    programme: Annotated[str, typer.Option(help="Code of the programme, for example ca.")],
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            "--file", help="A picture, sound or list that the form needs.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Publish an XLSForm: phones are offered it from now on. The same file again changes nothing."""
    open_database()
    from ceiba.forms.services import form_publish

    version = form_publish(
        programme=programme,
        name=file.name,
        data=file.read_bytes(),
        actor=None,
        at=datetime.now(UTC),
        files={path.name: path.read_bytes() for path in beside or ()},
    )
    console.print(f"{version.form.code} {version.version} {version.xform_md5}", highlight=False)


@app.command()
def export(
    code: Annotated[str, typer.Argument(help="The form's code, for example ca-visit.")],
    version: Annotated[str, typer.Option(help="A version; without it, the one published last.")] = "",
    out: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False, exists=True)] = Path(),
    as_xform: Annotated[
        bool, typer.Option("--xform", help="What phones read, instead of the XLSForm.")
    ] = False,
) -> None:
    """Write a published form as it came, or as phones read it."""
    open_database()
    from ceiba.forms.selectors import version_of, versions_of

    found = version_of(code, version) if version else next(iter(versions_of(code)), None)
    if found is None:
        raise CeibaError(Problem("form.none", Where(item=f"{code} {version}".strip())))
    name = f"{code}.xml" if as_xform else found.source_name
    (out / Path(name).name).write_bytes(bytes(found.xform if as_xform else found.source))
    console.print(str(out / Path(name).name), highlight=False)


def _as_dict(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        **asdict(problem.where),
        "text": problem.text(language()),
        "original": problem.values.get("original", ""),
    }


def _print(
    file: Path, problems: tuple[Problem, ...], notes: tuple[Problem, ...], given: tuple[str, ...]
) -> None:
    for style, found in (("red", problems), ("yellow", notes)):
        for problem in found:
            console.print(problem.text(language()), style=style, markup=False, highlight=False)
            if original := problem.values.get("original"):
                console.print(f"    pyxform: {original}", style="dim", markup=False, highlight=False)
    if given:
        console.print(f"{said('da', 'gives')}: {', '.join(given)}", highlight=False)
    verdict = (
        said("no se puede publicar", "cannot be published") if problems else said("en orden", "in order")
    )
    console.print(f"{file}: {verdict}", style="bold", highlight=False)
