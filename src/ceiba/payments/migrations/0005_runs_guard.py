from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

GUARD = (Path(__file__).parents[1] / "sql" / "runs_guard.sql").read_text()
UNGUARD = """
DROP TRIGGER claims ON payments_claim;
DROP TRIGGER claims_let_go ON payments_claim;
DROP TRIGGER claims_stay ON payments_claim;
DROP TRIGGER payments ON payments_payment;
DROP TRIGGER payments_stay ON payments_payment;
DROP TRIGGER payment_run ON payments_paymentrun;
DROP TRIGGER payment_run_source ON payments_paymentrun;
DROP FUNCTION ceiba_claims(), ceiba_claim_let_go(), ceiba_payments(), ceiba_payment_run(), ceiba_payment_run_source(), ceiba_run_next(),
    ceiba_payment_next();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_runs"), ("determinations", "0001_initial"), ("facts", "0001_initial")]

    operations = [append_only("payments_runstep"), migrations.RunSQL(GUARD, UNGUARD)]
