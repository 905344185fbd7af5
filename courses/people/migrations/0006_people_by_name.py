import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TRIGRAMS = "CREATE INDEX person_name_trigrams ON people_person USING gin (UPPER(name) gin_trgm_ops)"


def search_names(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Part of a name is found by trigrams on PostgreSQL, where there may be a million; SQLite looks at each.

    pg_trgm comes with PostgreSQL, and the owner of a database may add it (it is a trusted extension).
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(TRIGRAMS)


def forget(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS person_name_trigrams")


class Migration(migrations.Migration):
    dependencies = [("people", "0005_imports_and_domains")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                django.db.models.functions.text.Lower(
                    django.db.models.functions.comparison.Coalesce(
                        django.db.models.functions.comparison.NullIf(models.F("family_name"), models.Value("")),
                        models.F("name"),
                    )
                ),
                django.db.models.functions.text.Lower("name"),
                models.F("id"),
                name="person_by_name",
            ),
        ),
        migrations.RunPython(search_names, forget),
    ]
