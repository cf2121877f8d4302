from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_from_forms")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
