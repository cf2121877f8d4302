from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        append_only("transparency_nodes"),
        append_only("transparency_entry"),
        append_only("transparency_checkpoint"),
        append_only("transparency_cosignature"),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
