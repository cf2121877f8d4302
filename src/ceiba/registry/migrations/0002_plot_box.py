from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # Candidates for maps and overlap; exact tests are shapely's. The text index serves area prefixes.
            """
            CREATE INDEX plot_box ON registry_plot USING gist (box(point(west, south), point(east, north)));
            CREATE INDEX participant_by_area_prefix ON registry_participant (area_id text_pattern_ops);
            """,
            "DROP INDEX plot_box; DROP INDEX participant_by_area_prefix;",
        )
    ]
