"""`ceiba import` and `ceiba export`: the register's sheets and drops of evidence as files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from ceiba.cli.session import answer, console, language, open_database, said
from ceiba.core.evidence import KINDS
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.register import PAYEE_ACCOUNTS, SHEETS

register_messages(
    {
        "import.what": {
            "es": "no se sabe qué contiene. Llámelo como una hoja ({sheets}) o como una evidencia ({kinds}), "
            "o diga --as.",
            "en": "it is not known what it holds. Name it as a sheet ({sheets}) or as evidence ({kinds}), "
            "or say --as.",
        },
        "import.by": {
            "es": "las cuentas las propone una persona, y otra las confirma. Diga quién, con --by.",
            "en": "accounts are proposed by a person, and confirmed by another. Say who, with --by.",
        },
        "import.no_files": {"es": "no hay archivos aquí.", "en": "there are no files here."},
    }
)
ENDINGS = {".csv", ".xlsx", ".parquet"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file and what it holds: a sheet of the register or a kind of evidence."""

    path: Path
    holds: str


def import_files(
    paths: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet files, or folders of them.")],
    as_: Annotated[
        str | None, typer.Option("--as", help="What the files hold, when their names do not say.")
    ] = None,
    preview: Annotated[bool, typer.Option(help="Say what would happen, and write nothing.")] = False,
    key: Annotated[
        str | None, typer.Option(help="Your own key of a register file: taken once, whatever its name.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="The user who proposes the accounts of payee_accounts.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Take in register sheets and evidence. Each file whole or not at all; the same file twice changes nothing.

    A file is what its name begins with: participants.csv, visit-2026-03.parquet.
    """
    sources = sources_in(paths, as_)
    open_database()
    answers: list[dict[str, Any]] = []
    with Progress(console=console, transient=True, disable=as_json) as bars:
        task = bars.add_task("", total=len(sources))
        for source in sources:
            bars.update(task, description=source.path.name)
            answers.append(previewed(source, key, by) if preview else taken(source, key, by))
            bars.advance(task)
    if as_json:
        answer({"files": answers})
    else:
        _print(answers)
    raise typer.Exit(1 if any(each.get("problems") for each in answers) else 0)


def sources_in(paths: Iterable[Path], as_: str | None = None) -> list[Source]:
    """The files of `paths` and of folders among them; sheets first, in the order of loading, then evidence.

    Raises CeibaError (import.what, import.no_files).
    """
    files: list[Path] = []
    for path in paths:
        found = sorted(p for p in path.iterdir() if p.suffix in ENDINGS) if path.is_dir() else [path]
        if not found:
            raise CeibaError(Problem("import.no_files", Where(file=str(path))))
        files += found
    sources = [Source(path, as_ or _holds(path)) for path in files]
    order = [*SHEETS, PAYEE_ACCOUNTS.name, *KINDS]
    return sorted(sources, key=lambda source: (order.index(source.holds), source.path))


def taken(
    source: Source, key: str | None = None, by: str | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """Take one file in, as of now or of `at`, and say what was done. Raises CeibaError with every problem."""
    from ceiba.evidence.services import drop_take
    from ceiba.registry.services import import_apply

    now = at or datetime.now(UTC)
    path = source.path
    if source.holds in SHEETS:
        done = import_apply(sheet=source.holds, path=path, name=path.name, today=now.date(), client_key=key)
        return {"file": path.name, "holds": source.holds, "rows": done.rows, "new": done.created,
                "changed": done.updated, "unchanged": done.unchanged}  # fmt: skip
    if source.holds == PAYEE_ACCOUNTS.name:
        from ceiba.payees.services import accounts_import

        file = accounts_import(path=path, name=path.name, now=now, actor=_user(by, path))
        return {"file": path.name, "holds": source.holds, "rows": file.rows, "new": file.proposed,
                "changed": 0, "unchanged": file.unchanged}  # fmt: skip
    drop = drop_take(path=path, name=path.name, actor=None, now=now, kind=source.holds)
    return {"file": path.name, "holds": source.holds, "rows": drop.drop.rows,
            "new": 0 if drop.again else drop.drop.accepted, "changed": 0,
            "unchanged": drop.drop.rows if drop.again else drop.known}  # fmt: skip


def previewed(source: Source, key: str | None = None, by: str | None = None) -> dict[str, Any]:
    """Say what one file would do."""
    from ceiba.evidence.services import drop_preview
    from ceiba.registry.services import import_preview

    now = datetime.now(UTC)
    path = source.path
    common = {"file": path.name, "holds": source.holds}
    if source.holds in SHEETS:
        seen = import_preview(sheet=source.holds, path=path, name=path.name, today=now.date(), client_key=key)
        return common | {"rows": seen.rows, "new": seen.created, "changed": seen.updated, "unchanged": seen.unchanged,
                         "problems": [p.text(language()) for p in seen.problems],
                         "warnings": [p.text(language()) for p in seen.warnings]}  # fmt: skip
    if source.holds == PAYEE_ACCOUNTS.name:
        from ceiba.payees.services import accounts_preview

        file = accounts_preview(path=path, name=path.name, today=now.date(), actor=_user(by, path))
        return common | {"rows": file.rows, "new": file.proposed, "changed": 0, "unchanged": file.unchanged,
                         "problems": [p.text(language()) for p in file.problems]}  # fmt: skip
    drop = drop_preview(path=path, name=path.name, now=now, kind=source.holds)
    return common | {"rows": drop.rows, "new": drop.new, "changed": 0, "unchanged": drop.known,
                     "problems": [p.text(language()) for p in drop.problems]}  # fmt: skip


def export(
    sheet: Annotated[str, typer.Argument(help=f"One of: {', '.join(SHEETS)}.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv, .xlsx or .parquet.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Only this area code and below; may be repeated.")
    ] = None,
    bom: Annotated[bool, typer.Option(help="Mark a CSV as UTF-8, for Excel.")] = False,
) -> None:
    """Write a sheet of the register to a file, in the form that `ceiba import` takes back."""
    open_database()
    from ceiba.accounts.models import Role
    from ceiba.accounts.selectors import Scope
    from ceiba.registry.models import Area
    from ceiba.registry.services import export_sheet

    areas = area or list(Area.objects.filter(level="country").values_list("code", flat=True))
    scope = Scope(Role.OFFICE, tuple(areas))
    draft = out.with_name(f".{out.name}")
    with draft.open("wb") as file:
        rows = export_sheet(sheet=sheet, scope=scope, fmt=out.suffix.lstrip("."), out=file, bom=bom)
    draft.replace(out)
    console.print(said(f"{out}: {rows:,} renglones", f"{out}: {rows:,} rows"), highlight=False)


def _holds(path: Path) -> str:
    name = path.name.lower()
    known = sorted([*SHEETS, PAYEE_ACCOUNTS.name, *KINDS], key=len, reverse=True)
    holds = next((code for code in known if name.startswith(code)), None)
    if holds is None:
        values = {"sheets": ", ".join([*SHEETS, PAYEE_ACCOUNTS.name]), "kinds": ", ".join(KINDS)}
        raise CeibaError(Problem("import.what", Where(file=path.name), values))
    return holds


def _user(name: str | None, path: Path) -> Any:
    """The user who proposes. Raises CeibaError (import.by) when nobody of that name is in use."""
    from ceiba.accounts.models import User

    found = User.objects.filter(username=name or "", is_active=True).first()
    if found is None:
        raise CeibaError(Problem("import.by", Where(file=path.name)))
    return found


def _print(answers: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (said("archivo", "file"), said("contiene", "holds")):
        table.add_column(name)
    for name in (
        said("renglones", "rows"),
        said("nuevos", "new"),
        said("cambiados", "changed"),
        said("iguales", "same"),
    ):
        table.add_column(name, justify="right")
    for each in answers:
        counts = (f"{each[name]:,}" for name in ("rows", "new", "changed", "unchanged"))
        table.add_row(each["file"], each["holds"], *counts)
    console.print(table)
    for each in answers:
        for style, name in (("red", "problems"), ("yellow", "warnings")):
            for text in each.get(name, ()):
                console.print(text, style=style, markup=False, highlight=False)
