"""Rows that are written once: refused by the database itself, through every door, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from courses import append_only
from courses.content.models import ModuleVersion

from .factories import ModuleFactory

pytestmark = pytest.mark.django_db

EXPECTED = {
    "content_moduleversion",
    "content_lessonversion",
    "content_questionversion",
    "credentials_certificate",
    "credentials_revocation",
    "records_completion",
    "records_event",
    "records_exemption",
    "records_response",
}


@pytest.fixture
def version() -> ModuleVersion:
    return ModuleVersion.objects.get(module=ModuleFactory(published=True))


def refused(action: Callable[[], object]) -> None:
    """The action raises, says why, and leaves the transaction usable."""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        action()


def sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def test_a_row_can_be_written_and_read(version: ModuleVersion) -> None:
    assert ModuleVersion.objects.get(pk=version.pk).number == 1


def test_the_tables_that_must_be_protected_are(db: None) -> None:
    assert set(append_only.tables()) >= EXPECTED
    assert append_only.missing_triggers() == set()


@pytest.mark.parametrize("model", append_only.REGISTERED, ids=lambda model: model._meta.db_table)
def test_every_protected_table_has_its_own_trigger(db: None, model: type[models.Model]) -> None:
    assert model._meta.db_table not in append_only.missing_triggers()


def test_change_and_deletion_through_the_orm_are_refused(version: ModuleVersion) -> None:
    title = version.title

    def save() -> None:
        version.title = "Changed"
        version.save()

    refused(save)
    refused(lambda: ModuleVersion.objects.filter(pk=version.pk).update(number=7))
    refused(lambda: ModuleVersion.objects.filter(pk=version.pk)._raw_delete(using="default"))
    refused(lambda: ModuleVersion.objects.bulk_update([version], ["title"]))
    refused(lambda: version.lessons.all().delete())
    assert ModuleVersion.objects.get(pk=version.pk).title == title


def test_change_and_deletion_by_raw_sql_are_refused(version: ModuleVersion) -> None:
    refused(sql("UPDATE content_moduleversion SET number = 7"))
    refused(sql("DELETE FROM content_moduleversion"))
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")()
        refused(sql("TRUNCATE content_moduleversion CASCADE"))
    assert ModuleVersion.objects.get(pk=version.pk).number == 1


def test_an_insert_cannot_overwrite_a_row(version: ModuleVersion) -> None:
    """REPLACE and ON CONFLICT are an update or a delete in disguise."""
    columns = [str(field.column) for field in ModuleVersion._meta.concrete_fields]
    values = ["99" if column == "number" else column for column in columns]
    rows = f"({', '.join(columns)}) SELECT {', '.join(values)} FROM content_moduleversion WHERE true"
    refused(sql(f"INSERT INTO content_moduleversion {rows} ON CONFLICT (id) DO UPDATE SET number = 99"))
    if connection.vendor == "sqlite":
        refused(sql(f"INSERT OR REPLACE INTO content_moduleversion {rows}"))
    assert ModuleVersion.objects.get(pk=version.pk).number == 1


def test_rewriting_opens_them_for_one_transaction_only(version: ModuleVersion) -> None:
    with append_only.rewriting():
        ModuleVersion.objects.filter(pk=version.pk).update(change_note="By the audited service")
    assert ModuleVersion.objects.get(pk=version.pk).change_note == "By the audited service"
    refused(lambda: ModuleVersion.objects.filter(pk=version.pk).update(number=7))


def test_rewriting_closes_after_a_fault(version: ModuleVersion) -> None:
    with pytest.raises(ZeroDivisionError), append_only.rewriting():
        ModuleVersion.objects.filter(pk=version.pk).update(number=1 // 0)
    refused(lambda: ModuleVersion.objects.filter(pk=version.pk).update(number=7))


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_lost_triggers_back() -> None:
    table, kind = "records_completion", "delete" if connection.vendor == "sqlite" else "row"
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    sql(f"DROP TRIGGER {table}_no_{kind}{on}")()
    assert append_only.missing_triggers() == {table}
    call_command("migrate", verbosity=0)
    assert append_only.missing_triggers() == set()


@pytest.mark.django_db(transaction=True)
def test_the_flush_between_tests_empties_them_and_keeps_what_migrations_made() -> None:
    ModuleFactory(published=True)
    call_command("flush", interactive=False, verbosity=0)
    assert not ModuleVersion.objects.exists()
    assert ModuleFactory(published=True).versions.count() == 1
