"""Setting, changing and ending requirements. What was asked of people in the past stays as it was: a rule that has
begun is ended and another takes its place, so that any past day can be asked about (fact pack §5.7)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Action, AuditEntry, Organisation, Person
from courses.people.services.auditing import note
from courses.records.drafting import Terms, subjects_of, terms_of
from courses.records.models import Requirement, RequirementPerson
from courses.records.standing import rule_changed


class ModuleIsPrivate(ValueError):
    """A private module is required of nobody: a rule would tell a manager that it exists."""


class ChangedMeanwhile(Exception):
    """Somebody else changed or ended the rule since it was looked at. `now` is what stands instead."""

    def __init__(self, requirement: Requirement, now: Requirement) -> None:
        self.requirement, self.now = requirement, now
        super().__init__("The requirement was changed meanwhile.")


@transaction.atomic
def require(*, terms: Terms, by: Person | None) -> Requirement:
    """Sets a rule. Asked twice, it is one rule."""
    _check(terms)
    _in_line(terms.organisation.pk)
    same = Requirement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=terms.starts_on), starts_on__lte=terms.starts_on, **_lookup(terms)
    )
    for found in same:
        if terms_of(found).named == terms.named:
            return found
    made = _make(terms, by=by)
    _tell(made, by=by, did="set")
    return made


@transaction.atomic
def change(*, requirement: Requirement, seen: str, terms: Terms, by: Person | None) -> Requirement:
    """The rule says `terms` from now on, or from the day on which they begin. `seen` is the `mark` of the rule as it
    was looked at; raises ChangedMeanwhile when it says something else by now, or was replaced or ended, and
    Requirement.DoesNotExist when it was withdrawn.

    What has applied for a day already is ended and gets a successor; what begins today or later has no past and is
    changed in its place. Grace goes on from where it was, unless the rule asks something else or asks it of others.
    """
    _check(terms)
    _in_line(requirement.organisation_id)
    today = timezone.localdate()
    found = Requirement.objects.select_related("organisation", "unit", "job_role", "path").get(pk=requirement.pk)
    if is_stale(found, seen):
        raise ChangedMeanwhile(found, latest(found))
    before = terms_of(found)
    terms = replace(terms, starts_on=max(terms.starts_on, today))
    if before.fields == terms.fields and before.named == terms.named:
        return found
    changed = sorted(name for name, value in terms.fields.items() if value != before.fields[name])
    if found.starts_on >= today:
        for name, value in terms.fields.items():
            setattr(found, name, value)
        found.starts_on = terms.starts_on
        found.set_by = by
        found.save()
        found.people.all().delete()
        _list(found, terms)
        now = found
    else:
        found.ends_on = terms.starts_on - datetime.timedelta(days=1)
        found.save(update_fields=["ends_on"])
        now = _make(replace(terms, applies_since=since(found, terms)), by=by, replaces=found)
    _tell(now, by=by, did="changed", fields=changed, before=found.pk)
    return now


def since(before: Requirement, terms: Terms) -> datetime.date | None:
    """From when grace counts for terms that replace a rule: from where it was, unless they ask for something else or
    ask it of others. 1 query where it has a list."""
    old = terms_of(before)
    names = ("organisation_id", "unit_id", "job_role_id", "nation", "named", "module_id", "path_id")
    same = all(old.fields[name] == terms.fields[name] for name in names) and old.named == terms.named
    return (before.applies_since or before.starts_on) if same else None


@transaction.atomic
def end(*, requirement: Requirement, by: Person | None) -> datetime.date | None:
    """The rule stops at the end of today; None when it was to begin later and is withdrawn, having applied to nobody:
    the one that it was to replace goes on. A rule that ends already, or earlier, stays as it is; a successor that has
    not begun is withdrawn with it."""
    today = timezone.localdate()
    _in_line(requirement.organisation_id)
    found = Requirement.objects.filter(pk=requirement.pk).select_related("replaces", "organisation").first()
    if found is None:
        return None
    if found.starts_on > today:
        before = found.replaces
        _withdraw(found, by)
        if before and before.ends_on and before.ends_on >= today:
            before.ends_on = None
            before.save(update_fields=["ends_on"])
        return None
    for successor in Requirement.objects.filter(replaces=found, starts_on__gt=today):
        _withdraw(successor, by)
    if found.ends_on is None or found.ends_on > today:
        found.ends_on = today
        found.save(update_fields=["ends_on"])
        _tell(found, by=by, did="ended")
    return found.ends_on


def mark(requirement: Requirement) -> str:
    """What tells one wording of a rule from another, for a form that may be sent long after it was opened."""
    terms = terms_of(requirement)
    parts: list[Any] = [requirement.pk, requirement.starts_on, requirement.ends_on, *terms.fields.values()]
    if terms.named is not None:
        parts.append(sorted(terms.named))
    return "|".join(str(part) for part in parts)


def is_stale(requirement: Requirement, seen: str) -> bool:
    """Whether a rule is other than it was `seen`, or at its end, so that a change would rewrite what is past."""
    return mark(requirement) != seen or requirement.ends_on is not None


def changed_since(seen: str, requirement: Requirement) -> set[str]:
    """The fields in which a rule differs from its `mark` as somebody saw it, for telling her what changed."""
    names = ["pk", "starts_on", "ends_on", *terms_of(requirement).fields, "people"]
    then, now = seen.split("|"), mark(requirement).split("|")
    return {name for name, was, stands in zip_longest(names, then, now) if was != stands and name}


def latest(requirement: Requirement) -> Requirement:
    """What stands in the place of a rule today: itself, or the last of those that replaced it."""
    found = requirement
    while (
        successor := Requirement.objects.filter(replaces=found)
        .select_related("organisation", "unit", "job_role", "path", "set_by")
        .first()
    ):
        found = successor
    return found


def history(requirement: Requirement) -> list[Requirement]:
    """The rule and all that it replaced, the newest first."""
    every = [latest(requirement)]
    while before := every[-1].replaces_id:
        rows = Requirement.objects.select_related("organisation", "unit", "job_role", "path", "set_by")
        every.append(rows.get(pk=before))
    return every


def _in_line(organisation_id: int) -> None:
    """Two leads at the same moment, one after the other."""
    Organisation.objects.select_for_update().get(pk=organisation_id)


def _check(terms: Terms) -> None:
    modules = subjects_of(terms, terms.starts_on)
    found = ModulePage.objects.filter(pk__in=modules).values_list("private", "current_version__private")
    if any(page or version is None or version for page, version in found):
        raise ModuleIsPrivate
    mine = terms.organisation.pk
    for part in (terms.unit, terms.job_role, terms.path):
        if part is not None and part.organisation_id != mine:
            raise ValueError(f"The {type(part).__name__} belongs to another organisation.")
    for day in (terms.window_from, terms.window_to):
        if day:
            datetime.date(2023, int(day[:2]), int(day[2:]))  # no leap day: a window has it in every year


def _lookup(terms: Terms) -> dict[str, Any]:
    return {name if value is not None else f"{name}__isnull": value if value is not None else True
            for name, value in terms.fields.items()}  # fmt: skip


def _make(terms: Terms, *, by: Person | None, replaces: Requirement | None = None) -> Requirement:
    made = Requirement.objects.create(
        **terms.fields, starts_on=terms.starts_on, applies_since=terms.applies_since, replaces=replaces, set_by=by
    )
    _list(made, terms)
    return made


def _list(requirement: Requirement, terms: Terms) -> None:
    rows = [RequirementPerson(requirement=requirement, person_id=pk) for pk in sorted(terms.named or ())]
    RequirementPerson.objects.bulk_create(rows, batch_size=1000)


@dataclass(frozen=True)
class Withdrawn:
    """A rule that was taken back before it began: whose it was, by whom, and which one it was to replace."""

    organisation_id: int
    unit_id: int | None
    module_id: int | None
    before_id: int | None
    by: Person | None


def withdrawn(pk: int) -> Withdrawn | None:
    """What the audit log says of a rule that is not there any more; None where it was never withdrawn. 1 query."""
    entries = AuditEntry.objects.filter(what="rule", key=str(pk), data__did="withdrawn", organisation__isnull=False)
    found = entries.select_related("by").order_by("-pk").first()
    if found is None or found.organisation_id is None:
        return None
    of = found.data.get
    return Withdrawn(found.organisation_id, of("unit"), of("module"), of("before"), found.by)


def _withdraw(requirement: Requirement, by: Person | None) -> None:
    found = requirement
    _tell(found, by=by, did="withdrawn", unit=found.unit_id, module=found.module_id, before=found.replaces_id)
    found.delete()


def _tell(requirement: Requirement, *, by: Person | None, did: str, **data: Any) -> None:
    note(
        action=Action.CHANGED,
        what="rule",
        by=by,
        organisation_id=requirement.organisation_id,
        key=requirement.pk,
        did=did,
        **data,
    )
    rule_changed(organisation_id=requirement.organisation_id, by=by)


def is_asked_by_a_rule(path_id: int, on: datetime.date) -> bool:
    """Whether a rule in force, or one to come, asks for a path. 1 query."""
    later = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    return Requirement.objects.filter(later, path=path_id).exists()
