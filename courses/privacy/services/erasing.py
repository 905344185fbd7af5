"""Carries out the table of `privacy.registry` about one person. Done again, it changes nothing.

Rows that are never changed are not touched: they point to her, and she has no name any more. So every count stays as it
was. Files leave the storage when the transaction has been committed, never before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Q, QuerySet

from courses.people.models import Organisation, Person
from courses.privacy.registry import RULES, Fate, Rule

from .specials import SPECIALS

EVERYTHING = (Fate.NOW, Fate.RECORD)


class Step(NamedTuple):
    """One rule about one person: of one organisation's records, or of all that is hers (None)."""

    rule: Rule
    organisation: Organisation | None

    @property
    def key(self) -> str:
        return f"{self.organisation.pk if self.organisation else '*'}:{self.rule.key}"


def steps_for(organisation: Organisation, fates: tuple[Fate, ...]) -> Iterator[Step]:
    """What one organisation's word is enough for."""
    return (Step(rule, organisation) for rule in RULES if rule.ours and rule.fate in fates)


def steps_of_all(fates: tuple[Fate, ...]) -> Iterator[Step]:
    """What takes everybody's word: all that is hers, wherever it stands."""
    return (Step(rule, None) for rule in RULES if rule.fate in fates)


def take(step: Step, person: Person) -> Counter[str]:
    """One step, inside the caller's transaction. {table: rows changed}."""
    rule, changed = step.rule, Counter[str]()
    if rule.special is not None:
        changed.update(SPECIALS[rule.special](person, step.organisation))
        return +changed
    found = rows(rule, person, step.organisation)
    _drop_files(found, rule)
    number = found.delete()[1].get(rule.model, 0) if rule.deletes else found.update(**rule.put)
    changed[model_of(rule)._meta.db_table] = number
    return +changed


def rows(rule: Rule, person: Person, organisation: Organisation | None) -> QuerySet[Any]:
    """The rows of a rule that are not as they will be yet."""
    found = model_of(rule)._base_manager.filter(**{rule.of: person.pk}, **rule.only)
    if organisation is not None:
        ours = Q()
        for way in rule.ours:
            ours |= Q(**{way: organisation})
        found = found.filter(ours)
    if rule.put:
        other = Q()
        for name, value in rule.put.items():
            other |= Q(**{f"{name}__isnull": False}) if value is None else ~Q(**{name: value})
        found = found.filter(other)
    # By key, so that rows found through several tables can be deleted and updated on both engines.
    return model_of(rule)._base_manager.filter(pk__in=list(found.values_list("pk", flat=True)))


def model_of(rule: Rule) -> type[models.Model]:
    """The model, by name: some stand in layers above this one."""
    app, name = rule.model.split(".")
    return apps.get_model(app, name)


def _drop_files(found: QuerySet[Any], rule: Rule) -> None:
    fields = [one for one in found.model._meta.local_fields if isinstance(one, models.FileField)]
    for field in fields:
        if rule.deletes or field.name in rule.put:
            for name in found.exclude(**{field.name: ""}).values_list(field.name, flat=True):
                drop_file(field.storage, name)


def drop_file(storage: Storage, name: str) -> None:
    """Deletes a file when the transaction is over; one that is not there is as good as deleted."""
    if name:
        transaction.on_commit(partial(storage.delete, name))
