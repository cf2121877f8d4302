from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        append_only("funding_fundingshare"),
        migrations.RunSQL(
            GUARD,
            "DROP FUNCTION ceiba_funding_entry() CASCADE; DROP FUNCTION ceiba_funding_division() CASCADE;"
            "DROP FUNCTION ceiba_funding_share() CASCADE;",
        ),
    ]
