from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
TABLES = (
    "party", "partynaming", "source", "dismissal", "commitment", "entry", "decision", "terms", "delivery", "answer",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        *(append_only(f"commitments_{table}") for table in TABLES),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER commitments_entry_guard ON commitments_entry;"
            " DROP TRIGGER commitments_decision_guard ON commitments_decision;"
            " DROP FUNCTION ceiba_commitments_entry_guard(); DROP FUNCTION ceiba_commitments_decision_guard();",
        ),
    ]
