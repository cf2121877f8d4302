from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A season has both its ends, and an outside number one spelling; a list is drawn with one that was published."""

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
        migrations.RemoveConstraint("outsidenumber", "outside_number_said"),
        migrations.AddConstraint(
            "outsidenumber",
            models.CheckConstraint(
                name="outside_number_said",
                condition=Q(number__regex="^[0-9a-z]{1,80}$") & ~Q(source=""),
            ),
        ),
    ]
