from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    """Words beside withdrawals can be erased with the rest of a person's data."""

    dependencies = [("savings", "0006_move_names_stay"), ("registry", "0004_erasing")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
