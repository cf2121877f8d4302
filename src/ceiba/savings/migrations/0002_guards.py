from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
UNGUARD = """
DROP TRIGGER savings_withdrawal ON savings_withdrawal;
DROP TRIGGER withdrawal_claims ON payments_claim;
DROP TRIGGER savings_move ON savings_move;
DROP FUNCTION ceiba_withdrawal(), ceiba_withdrawal_claims(), ceiba_savings_move(), ceiba_withdrawal_next(),
    ceiba_move_next();
"""


class Migration(migrations.Migration):
    dependencies = [("savings", "0001_initial"), ("payments", "0006_withdrawals"), ("ledger", "0002_guards")]

    operations = [
        append_only("savings_accrual"),
        append_only("savings_accrualline"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
