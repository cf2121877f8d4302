from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    """The guard as it is now, for databases that have an earlier one."""

    dependencies = [("payments", "0002_guards")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
