from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

TOUCH = (Path(__file__).parents[1] / "sql" / "touch.sql").read_text()
BACK = """
DROP TRIGGER entity_update_keep ON entities_entityupdate;
DROP TRIGGER entity_update_guard ON entities_entityupdate;
DROP FUNCTION ceiba_entity_update_guard();
DROP FUNCTION ceiba_entities_touch() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("entities", "0001_initial"),
        ("audit", "0002_append_only"),
        ("registry", "0003_guard"),
    ]

    operations = [append_only("entities_entityversion"), migrations.RunSQL(TOUCH, BACK)]
