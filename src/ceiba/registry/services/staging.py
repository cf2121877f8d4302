"""A file's rows beside the register: copied to a temporary table, references looked up, rows compared, merged.

All of it is set-based SQL over two temporary tables of the transaction: `import_staged`, the rows as they came,
and `import_resolved`, the rows as they would be stored, each with the row that is there now. Nothing of the
register itself is written before `merge`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from difflib import get_close_matches
from typing import Any, Final, LiteralString

import polars as pl
from django.db import OperationalError, connection, transaction
from psycopg import sql

from ceiba.core.cells import PROBLEMS, ROW
from ceiba.core.kernel.errors import register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import analyze, drop_temp, execute, read_frame, temp_frame
from ceiba.registry.targets import Reference, Target

register_messages(
    {
        "import.unknown": {
            "es": "No existe «{text}» en el registro, o está fuera de su ámbito. Regístrelo antes o corríjalo.",
            "en": 'There is no "{text}" in the register, or it is outside your areas. Add it first or correct it.',
        },
        "import.unknown_near": {
            "es": "No existe «{text}» en el registro, o está fuera de su ámbito. ¿Quiso decir «{detail}»?",
            "en": 'There is no "{text}" in the register, or it is outside your areas. Did you mean "{detail}"?',
        },
        "import.out_of_scope": {
            "es": "«{text}» es o pasaría a ser de un área fuera de su ámbito. Pídalo a quien la lleva.",
            "en": '"{text}" is, or would become, of an area outside yours. Ask whoever is in charge of it.',
        },
    }
)

STAGED: Final[LiteralString] = "import_staged"
RESOLVED: Final[LiteralString] = "import_resolved"
BULK_FROM: Final = 50_000
_NEAR_SOUGHT: Final = 20
_NEAR_TABLES: Final = ("registry_area", "registry_group", "registry_technician", "rulebook_programme")
_WITHIN: Final = sql.SQL(
    "(%(areas)s::text[] IS NULL OR EXISTS (SELECT FROM unnest(%(areas)s::text[]) a WHERE starts_with({}, a)))"
)

_INDEXES: Final[LiteralString] = """
    SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %(table)s::regclass AND NOT i.indisunique ORDER BY c.relname
"""

Areas = list[str] | None
"""The areas that the sender may write to; None: everywhere."""


def stage(target: Target, rows: pl.DataFrame) -> None:
    """Copy prepared rows (ROW, the sheet's columns and the target's `staged`) and set them beside the register."""
    columns = (Column(ROW, pl.Int64), *target.sheet.schema, *target.staged)
    schema = FrameSchema("staged", columns)
    temp_frame(STAGED, schema, rows)
    drop_temp(RESOLVED)
    execute(_resolving(target))
    analyze(RESOLVED)


def reference_problems(target: Target, areas: Areas) -> pl.DataFrame:
    """Cells that name what is not there, and rows of other people's areas (`PROBLEMS`)."""
    found = [_unknown(reference, areas) for reference in target.references]
    if areas is not None and target.places:
        found.append(_out_of_scope(target, areas))
    return pl.concat(found)


def counts() -> tuple[int, int, int]:
    """How many staged rows are new, how many change what is there, how many change nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed),"
            " count(*) FILTER (WHERE NOT is_new AND NOT is_changed) FROM import_resolved"
        )
        new, changed, unchanged = cursor.fetchone()
    return new, changed, unchanged


def merge(target: Target) -> int:
    """Write the new and changed rows to the register in one statement.

    A load that more than doubles a large table drops the table's indexes that guard nothing and makes them again:
    the trigram index alone takes ten times as long row by row. Readers of the table wait meanwhile; if they do
    not let go of it soon, the indexes stay.
    """
    with _indexes_remade(target.table) if _is_bulk(target) else nullcontext():
        written = _merged(target)
    analyze(target.table)
    return written


def _is_bulk(target: Target) -> bool:
    new, _, _ = counts()
    if new < BULK_FROM:
        return False
    with connection.cursor() as cursor:
        table = sql.Identifier(target.table)
        cursor.execute(
            sql.SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT {}) t").format(table, sql.Literal(new))
        )
        (there,) = cursor.fetchone()
    return bool(there < new)


@contextmanager
def _indexes_remade(table: LiteralString) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, {"table": table})
        indexes = cursor.fetchall()
        try:
            with transaction.atomic():
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                for name, _ in indexes:
                    cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
                cursor.execute("SET LOCAL lock_timeout = 0")
        except OperationalError:
            indexes = []
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _, definition in indexes:
            cursor.execute(definition)


def _merged(target: Target) -> int:
    names = [sql.Identifier(name) for name in target.stored]
    updates = (
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name))
        for name in target.stored
        if name not in target.key
    )
    return execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM import_resolved WHERE is_new OR is_changed"
            " ORDER BY row ON CONFLICT ({key}) DO UPDATE SET {updates}"
        ).format(
            table=sql.Identifier(target.table),
            names=_list(names),
            key=_list(map(sql.Identifier, target.key)),
            updates=_list(updates),
        )
    )


def changes(target: Target, limit: int) -> list[dict[str, Any]]:
    """What the first changed rows change: row, column, before and after, as text. Secrets are not shown."""
    compared = [name for name in target.stored if name not in target.derived and name not in target.key]
    shown = {reference.stored: reference for reference in target.references}
    parts = [
        sql.SQL("({column}, {before}, {after})").format(
            column=sql.Literal(shown[name].column if name in shown else name),
            before=_shown(sql.Identifier("t", name), shown.get(name)),
            after=_shown(sql.Identifier("x", name), shown.get(name)),
        )
        for name in compared
        if name not in ("number_hash", "search_text", "west", "south", "east", "north")
    ]
    query = sql.SQL(
        "SELECT x.row, v.name, v.before, v.after FROM (SELECT * FROM import_resolved WHERE is_changed ORDER BY row"
        " LIMIT {limit}) x JOIN {table} t ON t.id = x.present_id"
        " CROSS JOIN LATERAL (VALUES {parts}) AS v (name, before, after)"
        " WHERE v.before IS DISTINCT FROM v.after ORDER BY x.row"
    ).format(limit=sql.Literal(limit), table=sql.Identifier(target.table), parts=_list(parts))
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [
            dict(zip(("row", "column", "before", "after"), row, strict=True)) for row in cursor.fetchall()
        ]


def _shown(value: sql.Composable, reference: Reference | None) -> sql.Composable:
    if reference is None or reference.identity == "code":
        return sql.SQL("left({}::text, 60)").format(value)
    return sql.SQL("(SELECT code::text FROM {} r WHERE r.id = {})").format(
        sql.Identifier(reference.table), value
    )


def _resolving(target: Target) -> sql.Composed:
    """The statement that makes `import_resolved`."""
    kept = set(target.kept)
    compared = [name for name in target.stored if name not in target.derived]
    values = {
        name: sql.SQL("coalesce(x.{0}, t.{0})" if name in kept else "x.{0}").format(sql.Identifier(name))
        for name in target.stored
    }
    return sql.SQL(
        "CREATE TEMP TABLE import_resolved ON COMMIT DROP AS"
        " SELECT x.row, {values}, t.id AS present_id, t.id IS NULL AS is_new,"
        " t.id IS NOT NULL AND ROW({now}) IS DISTINCT FROM ROW({then}) AS is_changed,"
        " ARRAY[{places}]::text[] AS places {was}"
        " FROM (SELECT s.row, {stored} FROM import_staged s {references}) x"
        " LEFT JOIN {table} t ON {key}"
    ).format(
        values=_list(sql.SQL("{} AS {}").format(value, sql.Identifier(n)) for n, value in values.items()),
        now=_list(sql.Identifier("t", name) for name in compared),
        then=_list(values[name] for name in compared),
        places=_list(map(sql.SQL, target.places)),
        was=sql.SQL("").join(
            sql.SQL(", {} AS {}").format(sql.SQL(value), sql.Identifier(name))
            for name, value in target.was.items()
        ),
        stored=_list(
            sql.SQL("{} AS {}").format(sql.SQL(value), sql.Identifier(name))
            for name, value in target.stored.items()
        ),
        references=sql.SQL(" ").join(
            sql.SQL("LEFT JOIN {table} {alias} ON {alias}.code = s.{column}").format(
                table=sql.Identifier(reference.table),
                alias=sql.Identifier(f"r_{reference.column}"),
                column=sql.Identifier(reference.column),
            )
            for reference in target.references
        ),
        table=sql.Identifier(target.table),
        key=sql.SQL(" AND ").join(
            sql.SQL("t.{0} = x.{0}").format(sql.Identifier(name)) for name in target.key
        ),
    )


def _unknown(reference: Reference, areas: Areas) -> pl.DataFrame:
    """Cells whose code the referred table does not have, or not where the sender may see it."""
    within: sql.Composable = sql.SQL("true")
    if reference.area is not None:
        within = _WITHIN.format(sql.Identifier("r", reference.area))
    query = sql.SQL(
        "SELECT s.row, {name} AS \"column\", 'import.unknown' AS code, s.{column} AS text, NULL AS detail"
        " FROM import_staged s LEFT JOIN {table} r ON r.code = s.{column}"
        " WHERE s.{column} IS NOT NULL AND (r.code IS NULL OR NOT {within})"
    ).format(
        name=sql.Literal(reference.column),
        column=sql.Identifier(reference.column),
        table=sql.Identifier(reference.table),
        within=within,
    )
    found = read_frame(query, {"areas": areas}, PROBLEMS)
    if not found.height or reference.table not in _NEAR_TABLES:
        return found
    codes = sql.SQL("SELECT code FROM {} r WHERE {}").format(sql.Identifier(reference.table), within)
    return _with_near(found, codes, areas)


def _with_near(found: pl.DataFrame, codes: sql.Composable, areas: Areas) -> pl.DataFrame:
    """The same problems, the first few with the code that was probably meant, of those the sender may see."""
    with connection.cursor() as cursor:
        cursor.execute(codes, {"areas": areas})
        known = {code.upper(): code for (code,) in cursor.fetchall()}
    near = {}
    for text in found["text"].unique(maintain_order=True).head(_NEAR_SOUGHT):
        if close := get_close_matches(text.upper(), known, 1, 0.8):
            near[text] = known[close[0]]
    if not near:
        return found
    detail = pl.col("text").replace_strict(near, default=None, return_dtype=pl.String)
    code = pl.when(detail.is_null()).then("code").otherwise(pl.lit("import.unknown_near"))
    return found.with_columns(code=code, detail=detail)


def _out_of_scope(target: Target, areas: list[str]) -> pl.DataFrame:
    query = sql.SQL(
        "SELECT x.row, {column} AS \"column\", 'import.out_of_scope' AS code, s.{first}::text AS text, NULL AS detail"
        " FROM import_resolved x JOIN import_staged s ON s.row = x.row"
        " WHERE EXISTS (SELECT FROM unnest(x.places) AS p WHERE p IS NOT NULL AND NOT {within})"
    ).format(
        column=sql.Literal(target.sheet.key[0]),
        first=sql.Identifier(target.sheet.key[0]),
        within=_WITHIN.format(sql.SQL("p")),
    )
    return read_frame(query, {"areas": areas}, PROBLEMS)


def _list(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)
