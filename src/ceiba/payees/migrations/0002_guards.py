from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("payees", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER payee_kept ON payees_payeeaccount; DROP TRIGGER payee_changed ON payees_payeeaccount;"
            " DROP TRIGGER payee_proposed ON payees_payeeaccount;"
            " DROP FUNCTION ceiba_payee_changed(); DROP FUNCTION ceiba_payee_proposed();",
        ),
        append_only("payees_payeechange"),
    ]
