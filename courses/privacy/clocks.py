"""Reads: for how long an organisation keeps which training record of whom."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Employment, Membership, Organisation
from courses.records.models import AcceptedTraining, Completion
from courses.records.team import public_modules

from . import rules
from .models import ModuleRetention, RetentionClass

PRESENT = datetime.date.max
"""In place of the day of leaving of somebody who is still here."""


@dataclass(frozen=True)
class Record:
    """A training record, and the last day on which it has to be kept (None: the clock has not begun)."""

    person_id: int
    module_id: int
    kept_as: RetentionClass
    completed_on: datetime.date
    until: datetime.date | None
    enrolment_id: int | None
    """None: accepted from elsewhere."""

    def is_over(self, today: datetime.date) -> bool:
        return rules.is_over(self.until, today)


def classes_for(organisation: Organisation | None) -> list[RetentionClass]:
    """The classes that count in an organisation: its own, and the defaults it has not changed. One query."""
    found = list(RetentionClass.objects.filter(Q(organisation=organisation) | Q(organisation=None)))
    own = {one.key for one in found if one.organisation_id is not None and one.key}
    kept = [one for one in found if one.organisation_id is not None or one.key not in own]
    return sorted(kept, key=lambda one: (one.key == "", one.pk if one.organisation_id is None else 0, one.name))


def class_of_modules(organisation: Organisation | None) -> dict[int, RetentionClass]:
    """{module: its class} of every module that an organisation may know of: the one it was put into, else the one that
    trainers chose. 3 queries."""
    classes = classes_for(organisation)
    by_key = {one.key: one for one in classes if one.key}
    by_id = {one.pk: one for one in classes}
    found = {
        pk: by_key[key] for pk, key in public_modules().values_list("pk", "retention") if key in by_key
    }  # fmt: skip
    put = ModuleRetention.objects.filter(organisation=organisation).values_list("module", "kept_as", "kept_as__key")
    for module_id, class_id, key in put:
        chosen = by_id.get(class_id) or by_key.get(key)
        if module_id in found and chosen is not None:
            found[module_id] = chosen
    return found


def left_on(organisation: Organisation, ids: Collection[int], today: datetime.date) -> dict[int, datetime.date]:
    """{person: her last day there}; PRESENT for who is still here, nothing for who never was. 2 queries."""
    inside = Q(organisation=organisation) | Q(unit__organisation=organisation)
    ends = [
        *Membership.objects.filter(inside, person__in=ids).values_list("person", "ends_on"),
        *Employment.objects.filter(organisation=organisation, person__in=ids).values_list("person", "ends_on"),
    ]
    found: dict[int, datetime.date] = {}
    for person_id, day in ends:
        last = PRESENT if day is None or day >= today else day
        found[person_id] = max(last, found.get(person_id, datetime.date.min))
    return found


def records_of(
    organisation: Organisation | None,
    ids: Collection[int],
    *,
    today: datetime.date,
    modules: dict[int, RetentionClass],
    leaving: bool = False,
) -> dict[int, list[Record]]:
    """{person: her training records}, without anything private. `leaving`: as if everybody left today. 4 queries."""
    left = left_on(organisation, ids, today) if organisation is not None else {}
    found: dict[int, list[Record]] = defaultdict(list)
    rows: Iterable[tuple[int, int, datetime.date, int | None]] = [
        (person, module, timezone.localdate(at), enrolment)
        for person, module, at, enrolment in Completion.objects.filter(
            person__in=ids, module__in=list(modules), version__private=False
        ).values_list("person", "module", "completed_at", "enrolment")
    ]
    if organisation is not None:
        accepted = AcceptedTraining.objects.filter(
            person__in=ids, module__in=list(modules), organisation=organisation
        ).values_list("person", "module", "completed_on")
        rows = [*rows, *((person, module, day, None) for person, module, day in accepted)]
    for person_id, module_id, day, enrolment_id in rows:
        kept_as = modules[module_id]
        last = left.get(person_id, today)
        gone = (today if leaving else None) if last == PRESENT else last
        until = rules.kept_until(rules.Clock(kept_as.starts, kept_as.months), completed_on=day, left_on=gone)
        found[person_id].append(Record(person_id, module_id, kept_as, day, until, enrolment_id))
    return found


def must_be_kept(
    organisation: Organisation | None, person_id: int, today: datetime.date
) -> list[tuple[RetentionClass, int, datetime.date]]:
    """What the rules of an organisation keep of her, if she left today: (class, how many records, until when).

    The platform has no duty of an employer: who belongs to no organisation is kept nothing of."""
    if organisation is None:
        return []
    modules = class_of_modules(organisation)
    records = records_of(organisation, [person_id], today=today, modules=modules, leaving=True)[person_id]
    kept: dict[int, tuple[RetentionClass, int, datetime.date]] = {}
    for one in records:
        if one.until is None or one.is_over(today) or one.kept_as.action == "details":
            continue
        _, number, until = kept.get(one.kept_as.pk, (one.kept_as, 0, one.until))
        kept[one.kept_as.pk] = (one.kept_as, number + 1, max(until, one.until))
    return sorted(kept.values(), key=lambda line: line[2])


def titles_of(ids: Collection[int]) -> dict[int, str]:
    """What modules are called."""
    found = ModulePage.objects.filter(pk__in=ids).values_list("pk", "current_version__title")
    return {pk: title or "" for pk, title in found}
