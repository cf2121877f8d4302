"""Frames in and out of PostgreSQL by COPY, on Django's own connection: they share its transaction.

CSV both ways: within a third of the speed of the binary encoders measured, and it needs neither a second
connection nor another library (docs/decisions).
"""

import io
from collections.abc import Mapping
from typing import Any, Final, LiteralString, cast

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from ceiba.core.kernel.frames import Dtype, FrameSchema

WRITE_ROWS: Final = 100_000
# What COPY writes in a form polars' CSV reader does not take as such is read as text and then converted.
_AS_TEXT: Final = (pl.Boolean, pl.Datetime, pl.List, pl.Binary)


Query = LiteralString | sql.Composable


def read_frame(query: Query, params: Mapping[str, Any], schema: FrameSchema) -> pl.DataFrame:
    """The rows of `query` (placeholders `%(name)s`) as a frame of `schema`.

    The query must select the schema's columns by name; arrays must be of text without commas or quotes.
    Raises FrameError when it does not.
    """
    copied = _copied(_sql("COPY ({}) TO STDOUT (FORMAT csv, HEADER)", query), params)
    as_read = {column.name: _read_dtype(column.dtype) for column in schema}
    frame = pl.read_csv(copied, schema_overrides=as_read)
    return schema.check(
        frame.with_columns(_converted(c.name, c.dtype) for c in schema if c.name in frame.columns)
    )


def read_queryset(rows: QuerySet[Any, Any], schema: FrameSchema) -> pl.DataFrame:
    """The rows of a `values_list` queryset as a frame of `schema`, column by column in that order."""
    try:
        query, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return schema.empty()
    with _cursor() as cursor:
        text = cursor.mogrify(query, params)
    copied = _copied(_sql("COPY ({}) TO STDOUT (FORMAT csv)", sql.SQL(text)), None)
    if not copied.getbuffer().nbytes:
        return schema.empty()
    as_read = {column.name: _read_dtype(column.dtype) for column in schema}
    frame = pl.read_csv(copied, has_header=False, new_columns=schema.names, schema_overrides=as_read)
    return schema.check(frame.with_columns(_converted(c.name, c.dtype) for c in schema))


def _copied(statement: sql.Composable, params: Mapping[str, Any] | None) -> io.BytesIO:
    buffer = io.BytesIO()
    with connection.wrap_database_errors, _cursor() as cursor, cursor.copy(statement, params) as copy:
        for data in copy:
            buffer.write(data)
    buffer.seek(0)
    return buffer


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
    rows = frame.select(_written(name, frame.schema[name]) for name in names)
    with connection.wrap_database_errors, _cursor() as cursor, cursor.copy(target) as copy:
        for part in rows.iter_slices(WRITE_ROWS):
            buffer = io.BytesIO()
            part.write_csv(buffer, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.6f%z")
            copy.write(buffer.getvalue())
    return frame.height


def execute(statement: Query, params: Mapping[str, Any] | None = None) -> int:
    """Run one SQL statement (placeholders `%(name)s`) and return how many rows it touched."""
    with connection.wrap_database_errors, _cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


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
