from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("savings", "0005_move_names")]

    operations = [append_only("savings_movename")]
