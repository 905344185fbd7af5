"""A certificate is checkable when its module is not private, today or then, or when its holder allowed it.

Until now one column said both, as of the day of issue: a module made private later stayed checkable. What holders chose
themselves stays chosen.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_choices(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Only the holder of a private module's certificate could have made it public."""
    holders = apps.get_model("credentials", "CertificateHolder").objects
    holders.filter(public=True, certificate__completion__version__private=True).update(allowed=True)


def as_it_was(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The other way round: closed where the module was private and she did not allow a check."""
    holders = apps.get_model("credentials", "CertificateHolder").objects
    holders.filter(allowed=False, certificate__completion__version__private=True).update(public=False)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="certificateholder",
            name="allowed",
            field=models.BooleanField(
                default=False,
                help_text="She lets others check it although the module is private, or becomes so later.",
            ),
        ),
        migrations.RunPython(keep_choices, as_it_was),
        migrations.RemoveField(model_name="certificateholder", name="public"),
    ]
