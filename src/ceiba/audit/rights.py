"""What the site, its worker and the intake may do in the database, as a role that does not own it.

Guards are triggers, and whoever owns a table can switch them off. In production the owner migrates, and nothing else;
what runs every day signs in as a role to which `grant` gives what it needs and no more. Triggers then stand, because
that role can neither alter nor truncate a table, nor change what is append-only.
"""

from typing import Any, Final, LiteralString

from django.db import connection, transaction
from psycopg import sql

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

# The only columns which the role may name in an UPDATE. Of tables that guards write one is enough to lock a row: a
# guard refuses any other subject, and lets a claim go only with its run. Of the log's entries salts may be erased.
COLUMNS: Final[dict[str, LiteralString]] = {
    "ledger_account": "subject",
    "payments_claim": "live",
    "transparency_entry": "salt, participant_id",
}
# Guards that write where the role may not: with the owner's rights, and for no trigger but their own.
WRITERS: Final = ("ceiba_ledger_transfers", "ceiba_ledger_settlements", "ceiba_payments", "ceiba_run_tally")
_READ_ONLY: Final = ("django_migrations", "payments_runtally")
_MAINTAIN_SINCE: Final = 170_000

register_messages(
    {
        "db.role_unknown": {
            "es": "no hay un rol «{role}» en este servidor. Créelo: CREATE ROLE {role} LOGIN PASSWORD '…';",
            "en": "there is no role `{role}` on this server. Make it: CREATE ROLE {role} LOGIN PASSWORD '…';",
        },
        "db.role_owns": {
            "es": "el rol «{role}» es dueño de las tablas o superusuario: ningún permiso lo limita. Elija otro.",
            "en": "role `{role}` owns the tables or is a superuser: no grant limits it. Choose another.",
        },
    }
)


@transaction.atomic
def rights_grant(*, role: str) -> dict[str, list[str]]:
    """Give `role` what the site needs and take away all else; again after each migration. Returns tables by rights.

    Raises CeibaError (db.role_*) when there is no such role, or nothing would limit it.
    """
    _check(role)
    name = sql.Identifier(role)
    for statement in _BEFORE:
        _run(statement, role=name, database=sql.Identifier(connection.settings_dict["NAME"]))
    given: dict[str, list[str]] = {}
    for table, refuses_update, refuses_delete in _rows(_TABLES):
        rights = _rights(table, refuses_update=refuses_update, refuses_delete=refuses_delete)
        _run(
            "GRANT {rights} ON {table} TO {role}",
            rights=sql.SQL(rights),
            table=sql.Identifier(table),
            role=name,
        )
        given.setdefault(rights, []).append(table)
    _guards_secure()
    return given


def _rights(table: str, *, refuses_update: bool, refuses_delete: bool) -> LiteralString:
    """What may be done to a table; MAINTAIN, where there is such a right, lets the planner's figures be renewed."""
    maintain: LiteralString = (
        ", MAINTAIN" if connection.connection.info.server_version >= _MAINTAIN_SINCE else ""
    )
    if table in _READ_ONLY:
        return "SELECT"
    if table in COLUMNS:
        return "SELECT, INSERT, UPDATE (" + COLUMNS[table] + ")" + maintain
    if refuses_update and not refuses_delete:
        return "SELECT, INSERT, DELETE" + maintain  # what may be erased, and never rewritten
    if refuses_update:
        return "SELECT, INSERT" + maintain
    return ("SELECT, INSERT, UPDATE" if refuses_delete else "SELECT, INSERT, UPDATE, DELETE") + maintain


def _guards_secure() -> None:
    """Guards look tables up where tables are, not among the temporary ones of whoever writes; those that write do so
    with the owner's rights, and nobody else can hang them on a table of their own.
    """
    for (guard,) in _rows(_GUARDS):
        function = sql.Identifier(guard)
        _run("ALTER FUNCTION {function}() SET search_path = public, pg_temp", function=function)
        _run("REVOKE EXECUTE ON FUNCTION {function}() FROM PUBLIC", function=function)
        if guard in WRITERS:
            _run("ALTER FUNCTION {function}() SECURITY DEFINER", function=function)


def _check(role: str) -> None:
    found = _rows("SELECT rolsuper FROM pg_roles WHERE rolname = %(role)s", role=role)
    if not found:
        raise CeibaError(Problem("db.role_unknown", values={"role": role}))
    owns = _rows(
        "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(%(role)s, tableowner, 'MEMBER')",
        role=role,
    )
    if found[0][0] or owns:
        raise CeibaError(Problem("db.role_owns", values={"role": role}))


def _run(statement: LiteralString, **parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts))


def _rows(query: LiteralString, **values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall())


_BEFORE: Final[tuple[LiteralString, ...]] = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
)
# Tables, and whether they refuse changes and deletions altogether (pg_trigger.tgtype: 8 is DELETE, 16 is UPDATE).
_TABLES: Final = """
    SELECT c.relname, coalesce(bool_or(t.tgtype & 16 > 0), false), coalesce(bool_or(t.tgtype & 8 > 0), false)
    FROM pg_class c
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgfoid = to_regproc('public.ceiba_refuse_change')
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    GROUP BY c.relname ORDER BY c.relname
"""
_GUARDS: Final = r"""
    SELECT p.proname FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ceiba\_%'
        AND p.prorettype = 'trigger'::regtype
    ORDER BY p.proname
"""
