from pathlib import Path

from django.db import migrations

from ceiba.registry.erasable import erasable

ERASING = (Path(__file__).parents[1] / "sql" / "erasing.sql").read_text()
OWNER = "SELECT ceiba_entity_person(e.uuid, e.list_name) FROM entities_entity e WHERE e.id = ($1).entity_id"


class Migration(migrations.Migration):
    dependencies = [("entities", "0003_enrolled_as"), ("registry", "0004_erasing")]

    operations = [
        migrations.RunSQL(ERASING, migrations.RunSQL.noop),
        erasable(
            "entities_entityversion", owner=OWNER, leaves={"label": "", "properties": {}, "stamps": {}}
        ),
    ]
