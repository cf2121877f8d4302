from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
UNGUARD = """
DROP TRIGGER ledger_transfers ON ledger_transfer;
DROP TRIGGER ledger_settlements ON ledger_settlement;
DROP TRIGGER ledger_account ON ledger_account;
DROP FUNCTION ceiba_ledger_transfers(), ceiba_ledger_settlements(), ceiba_ledger_account(), ceiba_ledger_add, ceiba_ledger_routes();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        append_only("ledger_transfer"),
        append_only("ledger_settlement"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
