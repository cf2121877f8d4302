from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("determinations", "0002_append_only"), ("facts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER determination_guard ON determinations_determination;"
            " DROP FUNCTION ceiba_determination_guard();",
        )
    ]
