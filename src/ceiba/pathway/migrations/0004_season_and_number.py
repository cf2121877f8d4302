from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A season has both its ends, and an outside number one spelling."""

    dependencies = [("pathway", "0003_due")]

    operations = [
        migrations.RemoveConstraint("batch", "batch_season_whole"),
        migrations.RemoveConstraint("drawing", "drawing_says_the_number"),
        migrations.AddConstraint(
            "batch",
            models.CheckConstraint(
                name="batch_season_whole",
                condition=Q(season_from=None, season_until=None)
                | Q(
                    season_from__isnull=False,
                    season_until__isnull=False,
                    season_from__gt=F("closes_on"),
                    season_until__gte=F("season_from"),
                ),
            ),
        ),
        migrations.AddConstraint(
            "drawing",
            models.CheckConstraint(
                name="drawing_says_the_number",
                condition=Q(outside_number__regex="^[0-9a-z]{1,80}$") & ~Q(source=""),
            ),
        ),
    ]
