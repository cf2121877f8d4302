from django.db import migrations

from ceiba.registry.erasable import erasable


class Migration(migrations.Migration):
    """The paper of an absence goes with the data of whose it is."""

    dependencies = [("evidence", "0010_append_only_papers"), ("registry", "0004_erasing")]

    operations = [
        erasable(
            "evidence_paper",
            owner="SELECT participant_id FROM evidence_evidence WHERE drop_id = ($1).drop_id",
            leaves=None,
        )
    ]
