from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]

    operations = [append_only(f"review_{table}") for table in ("review", "draw", "drawing", "secondvisit")]
