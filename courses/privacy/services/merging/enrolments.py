"""Enrolments of two people who are one: the periods of a module follow each other in order of their beginning.

Both histories are kept: no enrolment, attempt or completion is put together with another. What was begun last is gone
on with, because everything that asks where she is looks at the latest period; an earlier one that was left open stays
as it was left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F

from courses.people.models import Person
from courses.records.models import Enrolment

APART = 10_000
"""Periods are put this far up first: one a person, module and period, at every moment."""


def locked(*people: Person) -> list[Enrolment]:
    """Every enrolment of theirs, held until the transaction ends: a lesson or a try that is being handed in is waited
    for, and one that comes later finds to whom the enrolment belongs by then."""
    return list(Enrolment.objects.select_for_update().filter(person__in=people).order_by("pk"))


def bring_over(goes: Person, stays: Person) -> tuple[list[int], dict[str, list[int]]]:
    """Moves the enrolments of `goes`. Their keys, and {enrolment: [period before, period after]} of all that changed
    their number."""
    moved = list(Enrolment.objects.filter(person=goes).order_by("pk").values_list("pk", flat=True))
    modules = set(Enrolment.objects.filter(pk__in=moved).values_list("module_id", flat=True))
    Enrolment.objects.filter(pk__in=moved).update(person=stays, period=F("period") + APART)
    return moved, in_order(stays, modules, apart=set(moved))


def in_order(person: Person, modules: Collection[int], apart: Collection[int] = ()) -> dict[str, list[int]]:
    """Numbers the periods of these modules by when they began, from 1. What changed, as `bring_over` says it; the
    enrolments in `apart` were put up by `APART`."""
    by_module: dict[int, list[Enrolment]] = defaultdict(list)
    for enrolment in Enrolment.objects.filter(person=person, module__in=modules):
        by_module[enrolment.module_id].append(enrolment)
    changed: dict[str, list[int]] = {}
    final: dict[int, int] = {}
    for enrolments in by_module.values():
        enrolments.sort(key=lambda one: (one.started_at or one.enrolled_at, one.pk))
        for number, enrolment in enumerate(enrolments, 1):
            before = enrolment.period - (APART if enrolment.pk in apart else 0)
            if enrolment.period != number:
                final[enrolment.pk] = number
            if before != number:
                changed[str(enrolment.pk)] = [before, number]
    if final:
        still_low = [pk for pk in final if pk not in set(apart)]
        Enrolment.objects.filter(pk__in=still_low).update(period=F("period") + 2 * APART)
    for pk, number in final.items():
        Enrolment.objects.filter(pk=pk).update(period=number)
    return changed
