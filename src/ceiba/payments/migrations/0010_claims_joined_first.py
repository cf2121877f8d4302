from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "runs_guard.sql").read_text()


class Migration(migrations.Migration):
    """The guard as it is now, which joins claims with their payments before it adds them up."""

    dependencies = [("payments", "0009_run_tallies")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
