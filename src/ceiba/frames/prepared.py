"""Single statements that the server keeps prepared, on Django's own connection, for what runs all the time.

Django binds values on this side, so that each statement is parsed and planned anew; that takes longer than to run it.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from django.db import connection


def prepared_row(statement: LiteralString, params: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row that `statement` (placeholders `%(name)s`) gives; None for none."""
    with connection.wrap_database_errors, _run(statement, params) as cursor:
        return cursor.fetchone()


def prepared_execute(statement: LiteralString, params: Mapping[str, Any]) -> None:
    """Run `statement` (placeholders `%(name)s`)."""
    with connection.wrap_database_errors, _run(statement, params):
        pass


def _run(statement: LiteralString, params: Mapping[str, Any]) -> "psycopg.Cursor[tuple[Any, ...]]":
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection).execute(statement, params, prepare=True)
