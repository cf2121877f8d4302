from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("determinations", "0001_initial")]

    operations = [
        append_only("payments_paymentline"),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER payment_guard ON payments_paymentline; DROP FUNCTION ceiba_payment_guard();",
        ),
    ]
