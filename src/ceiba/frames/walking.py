"""Walking over many rows in an order that others may choose, going on where a page ended.

A page goes on behind a row, not after so many: what is written meanwhile neither repeats nor hides a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

CHUNK_ROWS: Final = 1_000
Columns = Mapping[str, tuple[str, str]]
"""Name -> SQL and type there (timestamptz, bigint, text) of what may be compared and ordered by."""

_LEAST: Final = {"timestamptz": "'-infinity'::timestamptz", "bigint": "-1", "text": "''"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A further condition in SQL, with its parameters."""

    sql: str = "true"
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """By which columns, then by number; without columns the row with the highest number comes first."""

    columns: tuple[str, ...] = ()
    descending: bool = True


ALL: Final = Condition()
NEWEST: Final = Order()


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows come from, in SQL: `tables` from FROM on, `beside` what only the columns of `select` need.

    `select` begins with `number`, the column that tells the rows apart.
    """

    select: str
    tables: str
    where: str
    number: str
    columns: Columns
    params: Mapping[str, Any]
    beside: str = ""


def walk(
    rows: Rows,
    condition: Condition = ALL,
    order: Order = NEWEST,
    *,
    after: int | None = None,
    skip: int = 0,
    chunk: int = CHUNK_ROWS,
) -> Iterator[tuple[Any, ...]]:
    """The rows in order from the one after the number `after` on, read `chunk` at a time as they are asked for.

    In the order of their numbers a walk meets each row that was there when it began exactly once.
    """
    while True:
        found = _page(rows, condition, order, {"after": after, "skip": skip, "chunk": chunk})
        yield from found
        if len(found) < chunk:
            return
        after, skip, chunk = found[-1][0], 0, CHUNK_ROWS


def count(rows: Rows, condition: Condition = ALL) -> int:
    """How many rows there are."""
    statement = f"SELECT count(*) {rows.tables} WHERE {rows.where} AND ({condition.sql})"
    with connection.cursor() as cursor:
        cursor.execute(statement, {**rows.params, **condition.params})
        (number,) = cursor.fetchone()
    return int(number)


def embedded(name: str, rows: QuerySet[Any, Any], kind: str = "bigint") -> tuple[str, dict[str, Any]]:
    """A query as a part of a statement, of one column of type `kind`; names of its parameters begin with `name`."""
    try:
        statement, values = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return f"SELECT NULL::{kind} WHERE false", {}
    names = [f"{name}_{n}" for n in range(len(values))]
    return statement % tuple(f"%({each})s" for each in names), dict(zip(names, values, strict=True))


def _page(
    rows: Rows, condition: Condition, order: Order, page: Mapping[str, int | None]
) -> list[tuple[Any, ...]]:
    keys = _keys(rows, order)
    way = "DESC" if order.descending else "ASC"
    by = ", ".join(f"{key} {way}" for key in keys)
    beyond = "true" if page["after"] is None else _beyond(rows, keys, order)
    statement = f"""SELECT {rows.select} {rows.tables} {rows.beside}
        WHERE {rows.where} AND ({condition.sql}) AND {beyond} ORDER BY {by} LIMIT %(chunk)s OFFSET %(skip)s"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {**rows.params, **condition.params, **page})
        return list(cursor.fetchall())


def _keys(rows: Rows, order: Order) -> list[str]:
    """What rows are compared by: nulls are the least, and all go in one direction."""
    chosen = (rows.columns[name] for name in order.columns)
    return [*(f"coalesce({sql}, {_LEAST[kind]})" for sql, kind in chosen), rows.number]


def _beyond(rows: Rows, keys: list[str], order: Order) -> str:
    """That a row comes after the one with the number `after`."""
    sign = "<" if order.descending else ">"
    if len(keys) == 1:
        return f"{rows.number} {sign} %(after)s"
    own = ", ".join(keys)
    return f"({own}) {sign} (SELECT {own} {rows.tables} WHERE {rows.number} = %(after)s)"
