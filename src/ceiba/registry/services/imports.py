"""Taking a file of the register in: looked at first, then the whole of it or nothing.

A file is read and typed outside any transaction. In one, its rows are set beside the register (`staging`),
checked, and, if nothing is wrong, merged. A client key names an import: the same key with the same file gives
the import that was made then; with another file it is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.cells import PROBLEMS
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.register import SHEETS, TRANSITIONS, incoherent
from ceiba.core.sheets import PROBLEMS_LISTED, listed, typed
from ceiba.frames.tabular import check_size, read_table
from ceiba.registry.models import Import
from ceiba.registry.selectors import import_key
from ceiba.registry.services.checks import check_staged, doubt_staged
from ceiba.registry.services.enrolments import spans_store
from ceiba.registry.services.overlaps import overlaps_resolved, overlaps_store
from ceiba.registry.services.preparing import Prepared, prepared
from ceiba.registry.services.staging import Areas, changes, counts, merge, reference_problems, stage
from ceiba.registry.targets import TARGETS

SAMPLE_ROWS: Final = 5
CHANGES_SHOWN: Final = 5
_TRANSITIONS: Final = [f"{was}>{to}" for was, targets in TRANSITIONS.items() for to in targets]

register_messages(
    {
        "import.sheet_unknown": {
            "es": "No hay una hoja «{sheet}». Las hojas son: {sheets}.",
            "en": 'There is no sheet "{sheet}". The sheets are: {sheets}.',
        },
        "import.key_reused": {
            "es": "La clave de envío «{key}» ya se usó con otro archivo ({file}). Use una nueva.",
            "en": 'The client key "{key}" was already used with another file ({file}). Use a new one.',
        },
        "import.not_allowed": {
            "es": "Su cuenta no puede importar al registro; lo hace una oficina.",
            "en": "Your account cannot import into the register; an office does.",
        },
        "import.conflict": {
            "es": "El registro cambió mientras se importaba y ya no admite el archivo. No se guardó nada.",
            "en": "The register changed during the import and no longer takes the file. Nothing was kept.",
        },
        "import.overlaps": {
            "es": "Aviso: {plots} parcelas comparten tierra con otra persona. La parte compartida queda registrada.",
            "en": "Note: {plots} plots share land with somebody else. The shared part is recorded.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do, and what stands against it.

    `problems` stop it and `warnings` do not; each lists the first thousand and says how many more there are.
    `sample` is the first rows as they were understood, `changes` what the first changed rows would change.
    `earlier` is the import that this file, or its client key, already made: then nothing else is filled in.
    """

    sheet: str
    file_name: str
    sha256: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    columns: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    changes: Sequence[Mapping[str, Any]] = ()
    earlier: Import | None = None

    @property
    def acceptable(self) -> bool:
        """Whether the file can be applied."""
        return not self.problems and self.earlier is None


@dataclass(frozen=True, slots=True)
class _File:
    """A file once read: its rows typed and prepared, and what was found on the way."""

    sheet: str
    name: str
    sha256: str
    headings: Mapping[str, str]
    typed: pl.DataFrame
    prepared: Prepared
    problems: pl.DataFrame = field(default_factory=PROBLEMS.empty)

    def listed(self, problems: pl.DataFrame) -> tuple[Problem, ...]:
        """Problems in the words of this file."""
        return listed(problems, file=self.name, headings=self.headings)


def import_preview(
    *,
    sheet: str,
    path: Path,
    name: str,
    today: date,
    actor: User | None = None,
    client_key: str | None = None,
) -> Preview:
    """Say what the file at `path`, called `name`, would do to the register. Writes nothing.

    Raises CeibaError when there is no table in the file to speak of (`frames.tabular`), when the actor may not
    import, and when the client key names another file.
    """
    areas = _areas(actor)
    check_size(path, name=name, bytes_max=settings.UPLOAD_BYTES_MAX)
    digest = file_digest(path)
    if earlier := _earlier(sheet, digest, client_key):
        return Preview(sheet, name, digest, earlier=earlier)
    file = _read(sheet, path, name, digest, today)
    with transaction.atomic():
        problems = _checked(file, areas, actor)
        warnings = _doubted(file, areas)
        new, changed, unchanged = counts()
        shown = changes(TARGETS[sheet], CHANGES_SHOWN)
    return Preview(
        sheet=sheet,
        file_name=name,
        sha256=digest,
        rows=file.typed.height,
        created=new,
        updated=changed,
        unchanged=unchanged,
        problems=problems,
        warnings=warnings,
        columns=tuple(SHEETS[sheet].schema.names),
        sample=_sample(file.typed, sheet),
        changes=shown,
    )


def import_apply(
    *,
    sheet: str,
    path: Path,
    name: str,
    today: date,
    actor: User | None = None,
    client_key: str | None = None,
) -> Import:
    """Take the whole file in, or nothing; returns the import, or the earlier one of the same key and file.

    `client_key` is by default the sheet and the file's SHA-256. `actor` must be of an office, and reaches only
    rows of its areas; None is the system and reaches all. Raises CeibaError with every problem found.
    """
    areas = _areas(actor)
    check_size(path, name=name, bytes_max=settings.UPLOAD_BYTES_MAX)
    digest = file_digest(path)
    if earlier := _earlier(sheet, digest, client_key):
        return earlier
    file = _read(sheet, path, name, digest, today)
    try:
        with transaction.atomic():
            _lock(sheet)
            if earlier := _earlier(sheet, digest, client_key):
                return earlier
            if problems := _checked(file, areas, actor):
                raise CeibaError(problems)
            return _written(file, actor, client_key or import_key(sheet, digest))
    except IntegrityError as error:
        raise CeibaError(Problem("import.conflict", Where(file=name))) from error


def file_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _areas(actor: User | None) -> Areas:
    """The areas the actor may write to. Raises CeibaError when importing is not for the actor."""
    if actor is None:
        return None
    if not may(actor, Action.IMPORT_REGISTER):
        raise CeibaError(Problem("import.not_allowed"))
    return list(scope_of(actor).areas)


def _earlier(sheet: str, digest: str, client_key: str | None) -> Import | None:
    """The import that this key made. Raises CeibaError when it was of another file."""
    if sheet not in SHEETS:
        values = {"sheet": sheet, "sheets": ", ".join(SHEETS)}
        raise CeibaError(Problem("import.sheet_unknown", values=values))
    found = Import.objects.filter(client_key=client_key or import_key(sheet, digest)).first()
    if found is not None and (found.sheet, found.sha256) != (sheet, digest):
        values = {"key": found.client_key, "file": found.file_name}
        raise CeibaError(Problem("import.key_reused", values=values))
    return found


def _read(sheet: str, path: Path, name: str, digest: str, today: date) -> _File:
    columns, key = SHEETS[sheet].columns, SHEETS[sheet].key
    table = read_table(path, name=name, columns=columns, bytes_max=settings.UPLOAD_BYTES_MAX)
    rows, problems = typed(table.rows, columns, key=key, today=today)
    problems = pl.concat([problems, incoherent(sheet, rows)])
    return _File(sheet, name, digest, table.headings, rows, prepared(sheet, rows), problems)


def _lock(sheet: str) -> None:
    """One import at a time, and no other writer to its table; readers go on. The locks go with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ceiba import'))")
        table = sql.Identifier(TARGETS[sheet].table)
        cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(table))


def _checked(file: _File, areas: Areas, actor: User | None) -> tuple[Problem, ...]:
    """Stage the file and list everything against it, by row."""
    target = TARGETS[file.sheet]
    stage(target, file.prepared.rows)
    found = [
        file.problems,
        file.prepared.problems,
        reference_problems(target, areas),
        check_staged(
            file.sheet, areas=areas, actor=None if actor is None else actor.pk, transitions=_TRANSITIONS
        ),
    ]
    cells = file.listed(pl.concat(found).sort("row", maintain_order=True))
    shapes = [_in_file(problem, file) for problem in file.prepared.geometry_problems[:PROBLEMS_LISTED]]
    return tuple(sorted([*shapes, *cells], key=lambda problem: problem.where.row or 0))


def _in_file(problem: Problem, file: _File) -> Problem:
    column = problem.where.column or ""
    return replace(
        problem, where=replace(problem.where, file=file.name, column=file.headings.get(column, column))
    )


def _doubted(file: _File, areas: Areas) -> tuple[Problem, ...]:
    doubts = pl.concat([file.prepared.warnings, doubt_staged(file.sheet, areas=areas)])
    warnings = file.listed(doubts.sort("row", maintain_order=True))
    if file.sheet == "plots":
        shared = overlaps_resolved().filter(pl.col("touched") & (pl.col("overlap_m2") > 0)).height
        if shared:
            warnings = (*warnings, Problem("import.overlaps", Where(file=file.name), {"plots": shared}))
    return warnings


def _written(file: _File, actor: User | None, client_key: str) -> Import:
    """Merge the staged rows and what follows from them; record the import and who made it."""
    new, changed, unchanged = counts()
    if file.sheet == "plots":
        overlaps_store(overlaps_resolved())
    merge(TARGETS[file.sheet])
    if file.sheet == "enrolments":
        spans_store(actor=actor)
    done = Import.objects.create(
        sheet=file.sheet,
        client_key=client_key,
        file_name=file.name[:200],
        sha256=file.sha256,
        rows=file.typed.height,
        created=new,
        updated=changed,
        unchanged=unchanged,
        by=actor,
    )
    detail = {"sheet": file.sheet, "sha256": file.sha256, "created": new, "updated": changed}
    event_record(actor=actor, action="registry.import", subject=f"import {done.pk}", detail=detail)
    return done


def _sample(rows: pl.DataFrame, sheet: str) -> tuple[tuple[str, ...], ...]:
    names = SHEETS[sheet].schema.names
    head = rows.head(SAMPLE_ROWS).select(pl.col(names).cast(pl.String).str.slice(0, 60).fill_null(""))
    return tuple(head.rows())
