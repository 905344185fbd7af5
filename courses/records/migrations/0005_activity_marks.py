from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_activities'),
    ]

    operations = [
        migrations.AddField(
            model_name='activityattempt',
            name='by',
            field=models.CharField(choices=[('package', 'The activity'), ('words', 'The same in words')], default='package', max_length=20),
        ),
        migrations.AddField(
            model_name='activityprogress',
            name='marks',
            field=models.JSONField(default=dict),
        ),
    ]
