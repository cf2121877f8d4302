from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Room on the page for what becomes of a payment; and the guards as they are now, for databases that have earlier ones."""

    dependencies = [("payments", "0007_closing")]

    operations = [
        # Each payment changes once, from ordered to what its bank says. With room on its page the change stays there,
        # and no index has to be told.
        migrations.RunSQL(
            "ALTER TABLE payments_payment SET (fillfactor = 50)",
            "ALTER TABLE payments_payment RESET (fillfactor)",
        ),
        migrations.RunSQL((SQL / "guard.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "runs_guard.sql").read_text(), migrations.RunSQL.noop),
    ]
