from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]

    operations = [append_only(f"forms_{table}") for table in ("formversion", "formfile")]
