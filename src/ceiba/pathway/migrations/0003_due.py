from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ceiba.audit.append_only import append_only

SQL = Path(__file__).parents[1] / "sql"
GUARDS = (SQL / "batches.sql").read_text() + (SQL / "outside.sql").read_text()
BACK = """
DROP TRIGGER pathway_outside_guard ON pathway_outsidenumber;
DROP FUNCTION ceiba_pathway_outside_guard();
"""
THERE = """
INSERT INTO pathway_outsidenumber (batch_id, number, "on", source, why, by_id, at)
SELECT batch_id, outside_number, outside_on, source, '', by_id, at FROM pathway_drawing;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('pathway', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OutsideNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('number', models.CharField(max_length=80)),
                ('on', models.DateField()),
                ('source', models.CharField(max_length=300)),
                ('why', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_has_source',
        ),
        migrations.AlterField(
            model_name='answer',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='answer',
            name='source',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name='closing',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='drawing',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), models.Q(('source', ''), _negated=True)), models.Q(('by', None), ('replaces', None), ('said', 'no_answer'), ('source', '')), _connector='OR'), name='answer_has_source'),
        ),
        migrations.AddField(
            model_name='outsidenumber',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outside_numbers', to='pathway.batch'),
        ),
        migrations.AddField(
            model_name='outsidenumber',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='outsidenumber',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='pathway.outsidenumber'),
        ),
        migrations.AddConstraint(
            model_name='outsidenumber',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='outside_number_said'),
        ),
        migrations.AddConstraint(
            model_name='outsidenumber',
            constraint=models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('why', ''), _negated=True), _connector='OR'), name='outside_number_replaces_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='outsidenumber',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('batch',), name='outside_number_first_once'),
        ),
        migrations.RunSQL(THERE, migrations.RunSQL.noop),
        append_only("pathway_outsidenumber"),
        migrations.RunSQL(GUARDS, BACK),
    ]
