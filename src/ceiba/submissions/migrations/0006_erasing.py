from hashlib import sha256

from django.db import migrations, models

from ceiba.registry.erasable import erasable

XML = b"<erased/>"
LEAVES = {"xml": "\\x" + XML.hex(), "sha256": "\\x" + sha256(XML).hexdigest()}
STATES = ["received", "taken", "waiting", "quarantined", "set_aside", "erased"]


def owner(column: str) -> str:
    return f"SELECT t.participant_id FROM submissions_standing t WHERE t.submission_id = ($1).{column}"


class Migration(migrations.Migration):
    """What forms said of somebody alone can be erased with the rest of their data."""

    dependencies = [("submissions", "0005_outside_portfolio"), ("registry", "0004_erasing")]

    operations = [
        migrations.AlterField(
            "standing",
            "state",
            models.CharField(
                choices=[
                    ("received", "Received"), ("taken", "Taken"), ("waiting", "Waiting"),
                    ("quarantined", "Quarantined"), ("set_aside", "Set Aside"), ("erased", "Erased"),
                ],
                default="received",
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint("standing", "standing_state_known"),
        migrations.AddConstraint(
            "standing",
            models.CheckConstraint(name="standing_state_known", condition=models.Q(state__in=STATES)),
        ),
        erasable("submissions_submission", owner=owner("id"), leaves=LEAVES),
        erasable("submissions_attachment", owner=owner("submission_id"), leaves=None),
        erasable("submissions_conflict", owner=owner("submission_id"), leaves=None),
    ]
