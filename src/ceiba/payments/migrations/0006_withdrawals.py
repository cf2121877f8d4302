from pathlib import Path

import ceiba.core.payment_run
from django.db import migrations, models

GUARD = (Path(__file__).parents[1] / "sql" / "runs_guard.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_runs_guard")]

    operations = [
        migrations.AddField(
            model_name="paymentrun",
            name="kind",
            field=models.CharField(
                db_default=ceiba.core.payment_run.RunKind["SUPPORT"],
                default=ceiba.core.payment_run.RunKind["SUPPORT"],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            ceiba.core.payment_run.RunKind["SUPPORT"],
                            ceiba.core.payment_run.RunKind["WITHDRAWALS"],
                        ],
                    )
                ),
                name="payment_run_kind_known",
            ),
        ),
        # The guard of 0005 as it is now: databases made before it knew kinds of runs get it here.
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
