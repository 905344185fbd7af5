from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0006_managing'),
    ]

    operations = [
        migrations.AddField(
            model_name='completion',
            name='counts_from',
            field=models.DateField(null=True),
        ),
    ]
