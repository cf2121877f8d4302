from pathlib import Path

from django.db import migrations

GUARD = (Path(__file__).parents[1] / "sql" / "guard.sql").read_text()
UNGUARD = """
DROP TRIGGER deposit_once ON funding_disbursement;
DROP TRIGGER explained_once ON reconciliation_explanation;
DROP FUNCTION ceiba_deposit_once(), ceiba_explained_once(), ceiba_bank_calls(text, text[]);
"""
# Items of before this did not keep what the bank calls their entry.
NAMED = """
UPDATE reconciliation_openitem i SET reference = e.reference
FROM reconciliation_bankentry e
WHERE i.entry <> '' AND e.bank_account_id = i.bank_account_id AND e.entry = i.entry AND e.reference IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0003_expected"),
        ("funding", "0002_guards"),
        ("ledger", "0002_guards"),
        ("savings", "0004_movefile_guard"),
    ]

    operations = [
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
