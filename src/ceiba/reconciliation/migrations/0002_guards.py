from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial")]

    operations = [
        append_only("reconciliation_bankfile"),
        append_only("reconciliation_statedbalance"),
        append_only("reconciliation_bankentry"),
        append_only("reconciliation_matching"),
        append_only("reconciliation_itemnote"),
    ]
