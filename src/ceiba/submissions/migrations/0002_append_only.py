from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_initial")]

    operations = [append_only(f"submissions_{table}") for table in ("submission", "attachment", "conflict")]
