from pathlib import Path

from django.conf import settings
from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_plot_box"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL(
            GUARD,
            """
            DROP TRIGGER enrolment_guard_insert ON registry_enrolment;
            DROP TRIGGER enrolment_guard_update ON registry_enrolment;
            DROP TRIGGER enrolment_guard_delete ON registry_enrolment;
            DROP TRIGGER span_guard_insert ON registry_enrolmentspan;
            DROP TRIGGER span_guard_update ON registry_enrolmentspan;
            DROP TRIGGER span_guard_delete ON registry_enrolmentspan;
            DROP FUNCTION ceiba_enrolment_guard();
            DROP FUNCTION ceiba_span_guard();
            DROP FUNCTION ceiba_documents_missing(bigint[], text[], text[], date[]);
            """,
        )
    ]
