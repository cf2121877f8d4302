from django.db import migrations

from ceiba.registry.erasable import erasable


class Migration(migrations.Migration):
    dependencies = [("pathway", "0004_season_and_number"), ("registry", "0004_erasing")]

    operations = [
        erasable("pathway_consent", owner="SELECT ($1).participant_id", leaves={"note": ""})
    ]
