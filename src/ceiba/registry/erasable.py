"""Append-only tables of which the rows of a person can be erased: the database still refuses every other change."""

import json
from collections.abc import Mapping
from typing import Final

from django.db import migrations

NOTHING_SAID: Final = "—"
"""What stands where somebody's words were, where a row must have some."""


def erasable(table: str, *, owner: str, leaves: Mapping[str, object] | None) -> migrations.RunSQL:
    """A migration step in the place of `append_only`: `table` lets go of what is of somebody who is erased.

    `owner` is a query for whose a row ($1) is. The row takes the values of `leaves`, as JSON tells them, and keeps
    all others; None: it is deleted. Whatever else is done to a row is refused as before.
    """
    told = "gone" if leaves is None else json.dumps(leaves, ensure_ascii=False)
    keeps, lets = ("UPDATE", "DELETE") if leaves is None else ("DELETE", "UPDATE")
    arguments = ", ".join("'" + text.replace("'", "''") + "'" for text in (owner, told))
    return migrations.RunSQL(
        f"DROP TRIGGER append_only ON {table};"
        f" CREATE TRIGGER append_only BEFORE {keeps} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();"
        f" CREATE TRIGGER erased_only BEFORE {lets} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION ceiba_erased_only({arguments});",
        f"DROP TRIGGER erased_only ON {table}; DROP TRIGGER append_only ON {table};"
        f" CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();",
    )
