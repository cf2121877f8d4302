from pathlib import Path

from django.db import migrations, models

GUARD = (Path(__file__).parents[1] / "sql" / "runs_guard.sql").read_text()


class Migration(migrations.Migration):
    """When a run was closed; and the guard as it is now, for databases that have an earlier one."""

    dependencies = [("payments", "0006_withdrawals")]

    operations = [
        migrations.AddField("paymentrun", "closed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
