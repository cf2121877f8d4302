"""Published rulebooks are not changed: a correction is another version."""

from django.db import migrations

from ceiba.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [("rulebook", "0001_initial")]

    operations = [append_only("rulebook_rulebookversion")]
