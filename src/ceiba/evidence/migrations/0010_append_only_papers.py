from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("evidence", "0009_paper")]

    operations = [append_only("evidence_paper")]
