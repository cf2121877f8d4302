from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("service_record", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="servicerecord", name="record_by_accepted"),
        migrations.RunSQL(
            "ALTER TABLE service_record_servicerecord SET (fillfactor = 45)",
            "ALTER TABLE service_record_servicerecord RESET (fillfactor)",
        ),
    ]
