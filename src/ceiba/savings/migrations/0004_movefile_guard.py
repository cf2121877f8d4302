from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"
GUARD = (SQL / "guard.sql").read_text()
MOVEFILE = (SQL / "movefile.sql").read_text()
UNGUARD = "DROP TRIGGER savings_movefile ON savings_movefile; DROP FUNCTION ceiba_savings_movefile();"


class Migration(migrations.Migration):
    dependencies = [("savings", "0003_expected")]

    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(MOVEFILE, UNGUARD),
    ]
