from pathlib import Path

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform

ENROLLED_AS = (Path(__file__).parents[1] / "sql" / "enrolled_as.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("entities", "0002_touch"),
        ("registry", "0003_guard"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                KeyTextTransform("code", "proposed"),
                condition=models.Q(("reason", "new"), ("state", "accepted")),
                name="proposal_enrolled",
            ),
        ),
        migrations.RunSQL(ENROLLED_AS, "DROP FUNCTION ceiba_enrolled_as(text)"),
    ]
