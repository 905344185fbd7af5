"""Reads: for how long an organisation keeps which training record of whom."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Expression, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate

from courses.content.models import ModulePage
from courses.people.models import Employment, Membership, Organisation
from courses.records.models import AcceptedTraining, Completion
from courses.records.team import public_modules

from . import rules
from .models import ModuleRetention, RetentionClass

PRESENT = datetime.date.max
"""In place of the day of leaving of somebody who is still here."""


Row = tuple[int, int | None, datetime.date | None, int | None]


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


class Kept(NamedTuple):
    """A module, and the class it is in."""

    title: str
    kept_as: RetentionClass


def kept_modules(organisation: Organisation | None, classes: Collection[RetentionClass]) -> dict[int, Kept]:
    """{module: its title and class} of every module that an organisation may know of: the class it was put into, else
    the one that trainers chose. One query."""
    by_key = {one.key: one for one in classes if one.key}
    by_id = {one.pk: one for one in classes}
    put = ModuleRetention.objects.filter(organisation=organisation, module=OuterRef("pk"))
    rows = public_modules().annotate(
        named=F("current_version__title"),
        put=Subquery(put.values("kept_as")),
        put_key=Subquery(put.values("kept_as__key")),
    )
    found: dict[int, Kept] = {}
    for pk, title, key, put_id, put_key in rows.values_list("pk", "named", "retention", "put", "put_key"):
        chosen = by_id.get(put_id) or by_key.get(put_key or "")
        if key in by_key:
            found[pk] = Kept(title or "", chosen or by_key[key])
    return found


def class_of_modules(organisation: Organisation | None) -> dict[int, RetentionClass]:
    """{module: its class}, as `kept_modules` says. 2 queries."""
    return {pk: kept.kept_as for pk, kept in kept_modules(organisation, classes_for(organisation)).items()}


def left_on(organisation: Organisation, ids: Collection[int], today: datetime.date) -> dict[int, datetime.date]:
    """{person: her last day there}; PRESENT for who is still here, nothing for who never was. One query."""
    posts, work = _ends(organisation, ids)
    return _last_days(((person, day) for person, _, day, _ in posts.union(work, all=True)), today)


def _ends(organisation: Organisation, ids: Collection[int]) -> tuple[QuerySet[Any, Row], QuerySet[Any, Row]]:
    """The last days of posts and of employments, in the shape of `_rows`."""
    inside = Q(organisation=organisation) | Q(unit__organisation=organisation)
    nothing = Value(None, BigIntegerField())
    return (
        _rows(Membership.objects.filter(inside, person__in=ids), nothing, F("ends_on"), nothing),
        _rows(Employment.objects.filter(organisation=organisation, person__in=ids), nothing, F("ends_on"), nothing),
    )


def _rows(
    found: QuerySet[Any], module: Expression | F, day: Expression | F, enrolment: Expression | F
) -> QuerySet[Any, Row]:
    """Person, module, day and enrolment of each row, so that one statement can read several tables."""
    named = found.order_by().annotate(what=module, on=day, within=enrolment)
    rows: QuerySet[Any, Row] = named.values_list("person", "what", "on", "within")
    return rows


def _last_days(ends: Iterable[tuple[int, datetime.date | None]], today: datetime.date) -> dict[int, datetime.date]:
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
    """{person: her training records}, without anything private. `leaving`: as if everybody left today. One query."""
    known = {"person__in": ids, "module__in": list(modules)}
    done = Completion.objects.filter(**known, version__private=False)
    rows = _rows(done, F("module_id"), TruncDate("completed_at"), F("enrolment_id"))
    if organisation is not None:
        accepted = AcceptedTraining.objects.filter(**known, organisation=organisation)
        elsewhere = _rows(accepted, F("module_id"), F("completed_on"), Value(None, BigIntegerField()))
        rows = rows.union(elsewhere, *_ends(organisation, ids), all=True)
    read = list(rows)
    left = _last_days(((person, day) for person, module, day, _ in read if module is None), today)
    found: dict[int, list[Record]] = defaultdict(list)
    for person_id, module_id, day, enrolment_id in read:
        if module_id is None or day is None:
            continue
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

    The platform has no duty of an employer: who belongs to no organisation is kept nothing of. 3 queries."""
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
