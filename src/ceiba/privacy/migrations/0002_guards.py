from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
BACK = """
DROP TRIGGER enrolled_erased_update ON registry_enrolment;
DROP TRIGGER enrolled_erased_insert ON registry_enrolment;
DROP FUNCTION ceiba_enrolled_erased();
DROP TRIGGER participant_not_erased ON registry_participant;
DROP TRIGGER participant_erased ON registry_participant;
DROP TRIGGER file_left_stays ON privacy_fileleft;
DROP TRIGGER erasure ON privacy_erasure;
DROP FUNCTION ceiba_participant_erased();
DROP FUNCTION ceiba_erasure();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("audit", "0002_append_only"), ("registry", "0004_erasing")]

    operations = [migrations.RunSQL(GUARD, BACK)]
