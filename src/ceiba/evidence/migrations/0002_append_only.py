from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [append_only(f"evidence_{table}") for table in ("drop", "evidence", "closing")]
