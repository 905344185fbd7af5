"""What was in force on the day: the requirements in words, and what had been agreed about people.

Reasonable adjustments stand in no pack: only the learner, who agreed it and the lead may know of them, and a pack is
read by others. The reasons and the evidence of an exemption are left out for the same reason: they may tell of
somebody's health, or of whom she cares for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q

from courses.manager.rules.words import again, due, who
from courses.manager.words import day
from courses.people.models import Absence
from courses.records.models import AcceptedTraining, Exemption
from courses.records.rules_in_force import modules_of_paths, readable
from courses.records.team import end_of

from .listing import List, Text
from .parts import Part
from .scope import Scope

PART = 500
NO_END = "no end date"
Agreed = tuple[int, str, str, datetime.date, datetime.date | str]
"""Whom it is about, which module, what was agreed, from and until when."""


def write_rules(scope: Scope, part: Part) -> None:
    """The requirements that were in force, as far as a manager of these units may be told."""
    out = List(
        part, "rules", "Rules in force", f"Who had to hold what on {day(scope.on)}, and by when.",
        ["Must hold", "Modules", "Who", "Due", "Again", "In force from", "In force until"],
    )  # fmt: skip
    titles = {module.id: module.title for module in scope.modules}
    own = {unit.pk for unit in scope.team.units}
    found = list(readable(scope.team).filter(_lasting(scope.on), starts_on__lte=scope.on))
    steps = modules_of_paths((rule.path_id for rule in found), scope.on)
    for rule in found:
        asked = steps.get(rule.path_id or 0, [rule.module_id or 0])
        if not titles.keys() & set(asked):
            continue
        out.add([
            Text(rule.title),
            Text(", ".join(titles[pk] for pk in asked if pk in titles)),
            Text(who(rule, own=rule.unit_id in own, listed=bool(rule.named))),
            Text(due(rule)),
            Text(again(rule) or "as long as the certificate counts"),
            Text(rule.starts_on),
            Text(rule.ends_on or NO_END),
        ])  # fmt: skip
    out.close()


def write_agreed(scope: Scope, part: Part) -> None:
    """Exemptions, training from elsewhere and leave that held on the day. Three queries for some people."""
    out = List(
        part, "agreed", "Exemptions, training from elsewhere, leave",
        f"What had been agreed about people and held on {day(scope.on)}.",
        ["Name", "Module", "What", "From", "Until"],
    )  # fmt: skip
    people = list(scope.team.people.values_list("pk", "name"))
    for start in range(0, len(people), PART):
        names = dict(people[start : start + PART])
        lines = [*_exemptions(scope, list(names)), *_accepted(scope, list(names)), *_leave(scope, list(names))]
        place = {pk: number for number, pk in enumerate(names)}
        for person, *said in sorted(lines, key=lambda line: place[line[0]]):
            out.add([Text(names[person]), *map(Text, said)])
    out.close()


def _exemptions(scope: Scope, people: list[int]) -> Iterator[Agreed]:
    titles = {module.id: module.title for module in scope.modules}
    found = Exemption.objects.filter(_lasting(scope.on), person__in=people, module__in=list(titles)).filter(
        Q(ended=None) | Q(ended__ends_on__gte=scope.on), starts_on__lte=scope.on, entered_at__lt=end_of(scope.on)
    )
    for one in found.select_related("ended").order_by("starts_on", "pk"):
        ended = getattr(one, "ended", None)
        until = ended.ends_on if ended and ended.at < end_of(scope.on) else one.ends_on
        said = f"Exempt: {one.get_kind_display()}"
        yield one.person_id, titles[one.module_id], said, one.starts_on, until or NO_END


def _accepted(scope: Scope, people: list[int]) -> Iterator[Agreed]:
    titles = {module.id: module.title for module in scope.modules}
    found = AcceptedTraining.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=scope.on), Q(ended=None) | Q(ended__ends_on__gte=scope.on),
        person__in=people, module__in=list(titles), organisation__in=scope.team.organisations,
        completed_on__lte=scope.on, entered_at__lt=end_of(scope.on),
    )  # fmt: skip
    for one in found.select_related("detail").order_by("completed_on", "pk"):
        what = ", ".join(filter(None, (one.detail.title, one.detail.provider, one.detail.number)))
        said = f"{one.get_kind_display()}: {what}"
        yield one.person_id, titles[one.module_id], said, one.completed_on, one.valid_until or NO_END


def _leave(scope: Scope, people: list[int]) -> Iterator[Agreed]:
    found = Absence.objects.filter(
        _lasting(scope.on), person__in=people, organisation__in=scope.team.organisations, starts_on__lte=scope.on
    )
    for one in found.order_by("starts_on", "pk"):
        yield one.person_id, "Every module", "On leave", one.starts_on, one.ends_on or NO_END


def _lasting(on: datetime.date) -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=on)
