from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("credentials", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER issuer_key_kept ON credentials_issuerkey;"
            " DROP TRIGGER issuer_key_changed ON credentials_issuerkey;"
            " DROP TRIGGER credential_kept ON credentials_credential;"
            " DROP TRIGGER credential_superseded ON credentials_credential;"
            " DROP TRIGGER credential_changed ON credentials_credential;"
            " DROP TRIGGER credential_issued ON credentials_credential;"
            " DROP FUNCTION ceiba_issuer_key_changed(); DROP FUNCTION ceiba_credential_superseded();"
            " DROP FUNCTION ceiba_credential_changed(); DROP FUNCTION ceiba_credential_issued();",
        ),
        append_only("credentials_credentialevent"),
        append_only("credentials_statuslist"),
    ]
