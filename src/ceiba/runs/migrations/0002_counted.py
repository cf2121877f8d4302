from django.db import migrations, models

STATES = ["started", "snapshot", "decided", "listed", "sealed", "counted"]


class Migration(migrations.Migration):
    """Service records have a stage of their own; months sealed before had theirs counted when they were decided."""

    dependencies = [("runs", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="run", name="run_state_known"),
        migrations.AlterField(
            model_name="run",
            name="state",
            field=models.CharField(
                choices=[(state, state.capitalize()) for state in STATES], default="started", max_length=10
            ),
        ),
        migrations.RunSQL(
            "UPDATE runs_run SET state = 'counted' WHERE state = 'sealed'",
            "UPDATE runs_run SET state = 'sealed' WHERE state = 'counted'",
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(name="run_state_known", condition=models.Q(state__in=STATES)),
        ),
    ]
