from pathlib import Path

from django.db import migrations, models

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
STATES = ["proposed", "confirmed", "frozen", "closed", "refused", "withdrawn"]


class Migration(migrations.Migration):
    """A proposal can be taken back by whoever made it; and the guard as it is now."""

    dependencies = [("payees", "0002_guards")]

    operations = [
        migrations.RemoveConstraint("payeeaccount", "account_state_known"),
        migrations.AddConstraint(
            "payeeaccount",
            models.CheckConstraint(name="account_state_known", condition=models.Q(state__in=STATES)),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
