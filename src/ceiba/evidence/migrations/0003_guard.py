from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER evidence_guard ON evidence_evidence; DROP FUNCTION ceiba_evidence_guard();",
        )
    ]
