from django.db import migrations

from ceiba.registry.erasable import erasable

OWNER = "SELECT t.participant_id FROM submissions_standing t WHERE t.submission_id = ($1).submission_id"


class Migration(migrations.Migration):
    dependencies = [("review", "0004_outside_portfolio"), ("submissions", "0006_erasing")]

    operations = [erasable("review_review", owner=OWNER, leaves={"reason": "—"})]
