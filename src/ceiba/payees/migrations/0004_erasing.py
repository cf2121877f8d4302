from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

from ceiba.registry.erasable import erasable

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
OWNER = "SELECT a.participant_id FROM payees_payeeaccount a WHERE a.id = ($1).account_id"


class Migration(migrations.Migration):
    """Numbers, holders and words of accounts can be erased with the rest of a person's data."""

    dependencies = [("payees", "0003_withdrawn"), ("registry", "0004_erasing")]

    operations = [
        migrations.RemoveConstraint("payeeaccount", "account_found_by_hash"),
        migrations.AddConstraint(
            "payeeaccount",
            models.CheckConstraint(
                name="account_found_by_hash",
                condition=Q(scheme="cash", number_hash=None)
                | (~Q(scheme="cash") & Q(number_hash__isnull=False))
                | Q(number_cipher=b"", number_hash=None),
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        erasable("payees_payeechange", owner=OWNER, leaves={"why": "—"}),
    ]
