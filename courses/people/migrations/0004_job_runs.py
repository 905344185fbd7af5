from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_workforce")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="runs",
            field=models.PositiveSmallIntegerField(
                default=0,
                editable=False,
                help_text="Workers that took it up since it last made progress it can go on from.",
            ),
        ),
    ]
