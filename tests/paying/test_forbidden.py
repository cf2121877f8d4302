"""What the site's role may not do, whatever it tries; that it can do its work the other tests here show."""

from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.errors import DatabaseError, InsufficientPrivilege

from tests.paying.office import Office
from tests.paying.work import as_role

pytestmark = pytest.mark.xdist_group("serving")

REFUSED: tuple[LiteralString, ...] = (
    "UPDATE ledger_transfer SET amount_minor = 1",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer",
    "DELETE FROM ledger_settlement",
    "UPDATE ledger_account SET credits_posted = credits_posted + 1",
    "UPDATE ledger_account SET floor_minor = NULL",
    "DELETE FROM ledger_account",
    "UPDATE payments_claim SET amount_minor = 1",
    "DELETE FROM payments_claim",
    "DELETE FROM payments_payment",
    "TRUNCATE payments_payment, payments_claim CASCADE",
    "UPDATE payments_runstep SET actor_id = 1",
    "UPDATE payments_paymentline SET amount_minor = 1",
    "UPDATE reconciliation_bankentry SET amount_minor = 1",
    "UPDATE audit_event SET action = ''",
    "UPDATE transparency_entry SET value = salt",
    "DELETE FROM transparency_entry",
    "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_account DROP CONSTRAINT account_floor",
    "DROP TRIGGER append_only ON ledger_transfer",
    "DROP INDEX claim_live_once",
    "CREATE TABLE public.mine (id int)",
    "CREATE OR REPLACE FUNCTION ceiba_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER FUNCTION ceiba_ledger_transfers() SECURITY INVOKER",
    "SET session_replication_role = replica",
    "DELETE FROM django_migrations",
    "SET ROLE ceiba",
)
RUN: LiteralString = """
INSERT INTO payments_paymentrun (programme_id, kind, month, areas, bank_account_id, currency, execute_on, state,
    payments, amount_minor, saved_minor, left_out, drafted_at)
SELECT programme_id, 'support', '2026-10-01', '["GT"]', id, currency, '2026-11-10', 'draft', 0, 0, 0, 0, now()
FROM ledger_bankaccount RETURNING id
"""


def test_what_guards_hold_is_beyond_the_role(office: Office) -> None:
    with psycopg.connect(as_role(office.url), autocommit=True) as site:
        for statement in REFUSED:
            with pytest.raises(InsufficientPrivilege):
                site.execute(statement)
        site.execute("UPDATE transparency_entry SET salt = NULL, participant_id = NULL")  # can be erased
        guards_are_nobody_elses(site)
    with psycopg.connect(as_role(office.url)) as site:
        guards_look_where_tables_are(site)
        site.rollback()


def guards_are_nobody_elses(site: "psycopg.Connection[Any]") -> None:
    """A guard that writes with the owner's rights cannot be hung on a table of one's own, to write what one likes."""
    site.execute("CREATE TEMP TABLE mine (LIKE ledger_transfer)")
    for guard in ("ceiba_ledger_transfers", "ceiba_refuse_change"):
        with pytest.raises(InsufficientPrivilege):
            site.execute(
                "CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS new_transfers"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {guard}()"  # type: ignore[arg-type]
            )


def guards_look_where_tables_are(site: "psycopg.Connection[Any]") -> None:
    """A temporary table of the same name does not make a line that nobody is owed."""
    (run,) = site.execute(RUN).fetchone() or (0,)
    site.execute("CREATE TEMP TABLE payments_paymentline AS SELECT * FROM public.payments_paymentline")
    site.execute("UPDATE pg_temp.payments_paymentline SET amount_minor = amount_minor * 2")
    with pytest.raises(DatabaseError, match="is of no line"):
        site.execute(
            """
            INSERT INTO payments_claim
                (id, run_id, programme_id, month, participant_id, for_month, component, attempt, amount_minor)
            SELECT gen_random_uuid(), %s, programme_id, month, participant_id, for_month, component, 1, amount_minor
            FROM pg_temp.payments_paymentline LIMIT 1
            """,
            [run],
        )
