from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

ERASING = (Path(__file__).parents[1] / "sql" / "erasing.sql").read_text()


class Migration(migrations.Migration):
    """What the register has of a person can be erased, and what that leaves is whole."""

    dependencies = [("registry", "0003_guard")]

    operations = [
        migrations.AlterField("participant", "birth_date", models.DateField(null=True)),
        migrations.AddField("participant", "erased_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "participant",
            models.CheckConstraint(
                name="participant_erased_whole",
                condition=Q(erased_at=None, birth_date__isnull=False)
                | Q(
                    erased_at__isnull=False, given_names="", family_names=F("code"), birth_date=None, sex="X",
                    language="", phone="", group=None, home_lon=None, home_lat=None,
                ),
            ),
        ),
        migrations.RunSQL(
            ERASING, "DROP FUNCTION ceiba_erased_only(); DROP FUNCTION ceiba_is_erased(bigint);"
        ),
    ]
