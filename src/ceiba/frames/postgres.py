"""Frames in and out of PostgreSQL by COPY, on Django's own connection: they share its transaction.

CSV both ways: within a third of the speed of the binary encoders measured, and it needs neither a second
connection nor another library (docs/decisions). What is mostly hashes goes in binary (`copy_blocks`).
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final, LiteralString, TypeVar, cast

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from psycopg import sql
from psycopg.copy import LibpqWriter
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from ceiba.core.kernel.frames import Dtype, FrameSchema
from ceiba.frames.binary import HEADER, TRAILER, Columns, binary_rows

WRITE_ROWS: Final = 100_000
UNSENT_MAX: Final = 1 << 24  # bytes of blocks that the server has not taken yet
READ_ROWS: Final = 100_000
# What COPY writes in a form polars' CSV reader does not take as such is read as text and then converted.
_AS_TEXT: Final = (pl.Boolean, pl.Datetime, pl.List, pl.Binary)


Query = LiteralString | sql.Composable
Item = TypeVar("Item")
Made = TypeVar("Made")
Drawn = Callable[[pl.DataFrame], pl.DataFrame]


def read_frame(
    query: Query, params: Mapping[str, Any], schema: FrameSchema, drawn: Drawn | None = None
) -> pl.DataFrame:
    """The rows of `query` (placeholders `%(name)s`) as a frame of `schema`.

    The query must select the schema's columns by name; arrays must be of text without commas or quotes. What `drawn`
    makes of each block, while the server sends the next, is given instead. Raises FrameError for other columns.
    """
    with _copied(_sql("COPY ({}) TO STDOUT (FORMAT csv, HEADER)", query), params) as rows:
        names = next(rows).decode().rstrip("\n").split(",")
        return _parsed(rows, [name.strip('"') for name in names], schema, drawn)


def read_queryset(rows: QuerySet[Any, Any], schema: FrameSchema) -> pl.DataFrame:
    """The rows of a `values_list` queryset as a frame of `schema`, column by column in that order."""
    try:
        query, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return schema.empty()
    with _cursor() as cursor:
        text = cursor.mogrify(query, params)
    with _copied(_sql("COPY ({}) TO STDOUT (FORMAT csv)", sql.SQL(text)), None) as copied:
        return _parsed(copied, schema.names, schema)


@contextmanager
def _copied(statement: sql.Composable, params: Mapping[str, Any] | None) -> Iterator[Iterator[bytes]]:
    """The lines of a COPY: the server sends each row as one message (PostgreSQL manual, 53.2.6)."""
    with connection.wrap_database_errors, _cursor() as cursor, cursor.copy(statement, params):
        yield _lines(cursor.connection.pgconn)


def _lines(pgconn: PGconn) -> Iterator[bytes]:
    """Straight from libpq: waiting for each row by itself, as psycopg's Copy does, costs as much as the query."""
    size, data = pgconn.get_copy_data(0)
    while size > 0:
        yield bytes(data)  # not the view: a hundred thousand of those keep the garbage collector busy
        size, data = pgconn.get_copy_data(0)
    results = list(iter(pgconn.get_result, None))  # to the last, so that the connection is free again
    for result in results:
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)


def _parsed(
    rows: Iterator[bytes], names: list[str], schema: FrameSchema, drawn: Drawn | None = None
) -> pl.DataFrame:
    """CSV lines whose columns are `names` as a frame of `schema`, parsed while the server sends what follows."""
    as_read = {column.name: _read_dtype(column.dtype) for column in schema}
    conversions = [_converted(c.name, c.dtype) for c in schema if c.name in names]

    def parse(lines: list[bytes]) -> pl.DataFrame:
        read = pl.read_csv(b"".join(lines), has_header=False, new_columns=names, schema_overrides=as_read)
        return made(read.select(conversions))

    def made(block: pl.DataFrame) -> pl.DataFrame:
        return schema.check(block) if drawn is None else drawn(schema.check(block))

    none = pl.DataFrame(schema={name: dtype for name, dtype in schema.dtypes.items() if name in names})
    blocks = iter(lambda: list(islice(rows, READ_ROWS)), [])
    return pl.concat([made(none), *_ahead(parse, blocks)])


def _ahead(make: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """What `make` makes of each item, in order; it works on one while the caller sees to its neighbours.

    A single item has no neighbours: to start a thread for it would take longer than most of them.
    """
    coming = iter(items)
    first = list(islice(coming, 2))
    if len(first) < 2:
        yield from map(make, first)
        return
    with ThreadPoolExecutor(1) as worker:
        waiting: Future[Made] | None = None
        for item in chain(first, coming):
            following = worker.submit(make, item)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _sql(frame: LiteralString, query: Query) -> sql.Composed:
    return sql.SQL(frame).format(query if isinstance(query, sql.Composable) else sql.SQL(query))


def copy_frame(frame: pl.DataFrame, table: str, columns: Mapping[str, str] | None = None) -> int:
    """Append `frame` to `table` in one COPY; `columns` maps frame column -> table column (default: same names).

    Binary columns go as bytea, lists of text or integers as arrays, structs are not taken. Returns the row count.
    Raises django.db.IntegrityError and the like, as any statement does; nothing is written then.
    """
    names = dict(columns) if columns is not None else {name: name for name in frame.columns}
    target = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names.values()))
    )
    written = [_written(name, frame.schema[name]) for name in names]

    def csv(part: pl.DataFrame) -> bytes:
        buffer = io.BytesIO()
        part.select(written).write_csv(
            buffer, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.6f%z"
        )
        return buffer.getvalue()

    with connection.wrap_database_errors, _cursor() as cursor, cursor.copy(target) as copy:
        for data in _ahead(csv, frame.iter_slices(WRITE_ROWS)):
            copy.write(data)
    return frame.height


def copy_blocks(blocks: Iterable[Columns], table: str) -> None:
    """Append blocks of rows, all of the same columns, to `table` in one COPY, in binary (`frames.binary`).

    The server takes a block while the next is made: writing one waits for nobody, so let them be small (some 100 kB,
    what a socket holds). Raises django.db.IntegrityError and the like; nothing is written then.
    """
    coming = iter(blocks)
    first = next(coming, None)
    if first is None:
        return
    target = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, first))
    )
    with connection.wrap_database_errors, _cursor() as cursor:
        writer = LibpqWriter(cursor, flush_threshold=UNSENT_MAX)  # it keeps what the socket does not take
        with cursor.copy(target, writer=writer) as copy:
            copy.write(HEADER)
            for block in chain([first], coming):
                copy.write(binary_rows(block))
            copy.write(TRAILER)


def execute(statement: Query, params: Mapping[str, Any] | None = None) -> int:
    """Run one SQL statement (placeholders `%(name)s`) and return how many rows it touched."""
    with connection.wrap_database_errors, _cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def analyze(table: LiteralString, *columns: LiteralString) -> None:
    """Let the planner count `table` after many rows came in: the next query comes before it would by itself.

    Without this a month newer than its statistics looks empty to it, and it joins a whole month row by row.
    `columns` are those that are joined and filtered by (default: all); wide ones take most of the time.
    """
    names = (
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Identifier, columns))) if columns else sql.SQL("")
    )
    execute(sql.SQL("ANALYZE {} {}").format(sql.Identifier(table), names))


def create_temp(name: LiteralString, schema: FrameSchema) -> None:
    """Make an empty temporary table of the schema's columns, in place of one of that name; it goes with the
    transaction.
    """
    types = (sql.SQL("{} " + _postgres_type(c.dtype)).format(sql.Identifier(c.name)) for c in schema)
    drop_temp(name)
    execute(
        sql.SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(
            sql.Identifier(name), sql.SQL(", ").join(types)
        )
    )


def temp_frame(name: LiteralString, schema: FrameSchema, rows: pl.DataFrame) -> None:
    """Put the schema's columns of `rows` in a temporary table (`create_temp`) of which the planner knows the size."""
    create_temp(name, schema)
    copy_frame(rows.select(schema.names), name)
    analyze(name)


def drop_temp(name: LiteralString) -> None:
    """Drop a temporary table that an earlier step of the same transaction left."""
    execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier("pg_temp", name)))


def _cursor() -> Any:
    """The psycopg cursor under Django's, which knows COPY."""
    connection.ensure_connection()
    return connection.connection.cursor()


_POSTGRES_TYPES: Final[dict[Dtype, LiteralString]] = {
    pl.String: "text",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime("us", "UTC"): "timestamptz",
    pl.Int16: "smallint",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Float64: "double precision",
    pl.Binary: "bytea",
}


def _postgres_type(dtype: Dtype) -> LiteralString:
    return next(name for known, name in _POSTGRES_TYPES.items() if known == dtype)


def _read_dtype(dtype: Dtype) -> Dtype:
    return pl.String if dtype in _AS_TEXT or isinstance(dtype, pl.Enum) else dtype


def _converted(name: str, dtype: Dtype) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return column == "t"
    if dtype == pl.Binary:
        return column.str.strip_prefix("\\x").str.decode("hex")
    if dtype == pl.Datetime:
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us").dt.convert_time_zone("UTC")
    if dtype == pl.List:
        inner = cast(pl.List, dtype).inner
        items = column.str.strip_chars("{}").str.split(",").list.eval(pl.element().filter(pl.element() != ""))
        return items.cast(pl.List(inner))
    return column.cast(dtype)


def _written(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.List:
        joined = column.cast(pl.List(pl.String)).list.join(",")
        return (pl.lit("{") + joined + pl.lit("}")).alias(name)
    if dtype == pl.Binary:
        return (pl.lit("\\x") + column.bin.encode("hex")).alias(name)
    return column
