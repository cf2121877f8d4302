from django.db import migrations

from ceiba.registry.erasable import erasable


class Migration(migrations.Migration):
    dependencies = [("pathway", "0002_guards"), ("registry", "0004_erasing")]

    operations = [
        erasable("pathway_consent", owner="SELECT ($1).participant_id", leaves={"note": ""})
    ]
