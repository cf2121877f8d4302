"""Append-only tables: the database itself refuses to change or delete their rows."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION ceiba_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: corrections are new rows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    """A migration step that makes `table` refuse UPDATE and DELETE."""
    return migrations.RunSQL(
        f"{FUNCTION} CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();",
        f"DROP TRIGGER append_only ON {table};",
    )
