"""The table of erasure says of every model and field that may hold something about a person what becomes of it.

A field that is added to a model must be added to `courses.privacy.registry`, or this file fails.
"""

from __future__ import annotations

from django.apps import apps
from django.db import models

from courses.people.models import Person, User
from courses.privacy.registry import RULES, STAYS
from courses.privacy.registry.kept import EVERYTHING
from courses.privacy.services.erasing import model_of

MAY_HOLD = (
    models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField,
    models.BinaryField,
)  # fmt: skip


def may_name_somebody(field: models.Field[object, object]) -> bool:
    """Free text, JSON, a file, or a pointer to a person or a login."""
    if field.primary_key or field.choices:
        return field.is_relation and field.related_model in {Person, User}
    if field.is_relation:
        return field.related_model in {Person, User}
    return isinstance(field, MAY_HOLD) or field.get_internal_type() in {"TextField", "CharField"}


def covered(model: type[models.Model]) -> set[str]:
    names: set[str] = set()
    for rule in RULES:
        if model_of(rule) is model:
            names |= {field.name for field in model._meta.local_fields} if rule.deletes else set(rule.covers)
    for fields in STAYS.get(model._meta.label, {}):
        names |= set(fields.split())
    return names


def test_every_field_is_in_the_table() -> None:
    missing = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        known = covered(model)
        missing += [
            f"{model._meta.label}.{field.name}"
            for field in model._meta.local_fields
            if may_name_somebody(field) and field.name not in known and EVERYTHING not in known
        ]
    assert missing == []


def test_the_table_names_what_is_there_and_says_why() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    for rule in RULES:
        names = {field.name for field in model_of(rule)._meta.local_fields}
        assert set(rule.covers) <= names, rule
        assert rule.of or rule.special, rule
    for label, fields in STAYS.items():
        if label == "wagtailsearch.SQLiteFTSIndexEntry":  # there on SQLite alone
            continue
        assert label in labels, label
        names = {field.name for field in apps.get_model(label)._meta.local_fields}
        for some, why in fields.items():
            assert why.endswith("."), (label, why)
            assert some == EVERYTHING or set(some.split()) <= names, (label, some)


def test_nothing_that_is_written_once_is_changed() -> None:
    from courses.append_only import REGISTERED

    assert not {model_of(rule) for rule in RULES} & set(REGISTERED)
