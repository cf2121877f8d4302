from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    """The guard as it is now, for databases that have an earlier one."""

    dependencies = [("determinations", "0003_guard")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
