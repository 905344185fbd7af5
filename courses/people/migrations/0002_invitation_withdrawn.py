from django.db import migrations, models


class Migration(migrations.Migration):
    """A withdrawn invitation is told apart from one that ran out."""

    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
