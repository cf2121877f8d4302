from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # Candidates for maps and overlap; exact tests are shapely's.
            "CREATE INDEX plot_box ON registry_plot USING gist (box(point(west, south), point(east, north)))",
            "DROP INDEX plot_box",
        )
    ]
