"""Posts, roles, employments and leave of two people who are one.

The database refuses two open posts in one unit, and two open employments with one employer. Of such a pair one stays
open, with the earlier dates; the other ends yesterday and keeps what it said, so that the past is as it was and both
references are found. Nobody is manager of record of herself.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from courses.people.importing.posts import EMPLOYMENT_FIELDS, POST_FIELDS, facts
from courses.people.models import Absence, Employment, Membership, Person, Role

ONE_DAY = datetime.timedelta(days=1)
ABSENCE_FIELDS = ("ends_on",)


@dataclass
class Changes:
    """What was changed besides the pointers: {key: [as it was, as it became]}; a post that never was has no second."""

    posts: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)
    employments: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)
    absences: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"posts": self.posts, "employments": self.employments, "absences": self.absences}


def bring_over(goes: Person, stays: Person, today: datetime.date) -> tuple[dict[str, list[int]], Changes]:
    """Moves posts, employments and leave of `goes`. {pointer: keys moved}, and what had to be changed."""
    changes = Changes()
    _not_her_own_manager(goes, stays, changes)
    _posts(goes, stays, today, changes)
    _employments(goes, stays, today, changes)
    _leave(goes, stays, changes)
    moved = {
        "people.Membership.person": _all(Membership.objects.filter(person=goes), "person", stays),
        "people.Membership.manager": _all(Membership.objects.filter(manager=goes), "manager", stays),
        "people.Membership.deputy": _all(Membership.objects.filter(deputy=goes), "deputy", stays),
        "people.Employment.person": _all(Employment.objects.filter(person=goes), "person", stays),
        "people.Absence.person": _all(_new_leave(goes, stays), "person", stays),
    }
    return {name: keys for name, keys in moved.items() if keys}, changes


def _all(found: Any, name: str, stays: Person) -> list[int]:
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    found.model.objects.filter(pk__in=keys).update(**{name: stays})
    return keys


def _not_her_own_manager(goes: Person, stays: Person, changes: Changes) -> None:
    for name in ("manager", "deputy"):
        herself = Q(person=goes, **{name: stays}) | Q(person=stays, **{name: goes})
        for post in Membership.objects.filter(herself):
            was = facts(post, POST_FIELDS)
            setattr(post, name, None)
            post.save(update_fields=[name])
            _note(changes.posts, post, was, POST_FIELDS)


def _posts(goes: Person, stays: Person, today: datetime.date, changes: Changes) -> None:
    held = {_place(post): post for post in Membership.objects.filter(person=stays, ends_on=None).order_by("pk")}
    for post in Membership.objects.filter(person=goes, ends_on=None).order_by("starts_on", "pk"):
        twin = held.get(_place(post))
        if twin is None:
            continue
        keep, other = (post, twin) if twin.starts_on > today >= post.starts_on else (twin, post)
        was, was_other = facts(keep, POST_FIELDS), facts(other, POST_FIELDS)
        if keep.role == Role.LEARNER:
            keep.joined_on = min(_joined(keep), _joined(other))
            keep.employed_on = min(keep.employed_on or _joined(keep), other.employed_on or _joined(other))
            for name in ("job_role_id", "job_title", "manager_id", "deputy_id"):
                setattr(keep, name, getattr(keep, name) or getattr(other, name))
        if other.starts_on >= today:
            changes.posts[str(other.pk)] = [was_other, None]  # not lived: it never was
            other.delete()
        else:
            other.ends_on = today - ONE_DAY
            other.save()
            _note(changes.posts, other, was_other, POST_FIELDS)
        keep.save()
        _note(changes.posts, keep, was, POST_FIELDS)
        held[_place(keep)] = keep


def _employments(goes: Person, stays: Person, today: datetime.date, changes: Changes) -> None:
    held = {one.organisation_id: one for one in Employment.objects.filter(person=stays, ends_on=None)}
    for other in Employment.objects.filter(person=goes, ends_on=None):
        keep = held.get(other.organisation_id)
        if keep is None:
            continue
        was, was_other = facts(keep, EMPLOYMENT_FIELDS), facts(other, EMPLOYMENT_FIELDS)
        keep.starts_on = min(keep.starts_on, other.starts_on)
        keep.reference, keep.email = keep.reference or other.reference, keep.email or other.email
        other.ends_on = today - ONE_DAY
        other.starts_on = min(other.starts_on, other.ends_on)
        other.save()
        keep.save()
        _note(changes.employments, other, was_other, EMPLOYMENT_FIELDS)
        _note(changes.employments, keep, was, EMPLOYMENT_FIELDS)


def _leave(goes: Person, stays: Person, changes: Changes) -> None:
    """Two leaves that began on one day are one: it lasts as long as the longer. The other stays where it is."""
    for other in Absence.objects.filter(person=goes):
        keep = Absence.objects.filter(
            person=stays, organisation=other.organisation_id, starts_on=other.starts_on
        ).first()
        if keep is None or keep.ends_on is None or (other.ends_on is not None and other.ends_on <= keep.ends_on):
            continue
        was = facts_of_leave(keep)
        keep.ends_on = other.ends_on
        keep.save(update_fields=["ends_on"])
        changes.absences[str(keep.pk)] = [was, facts_of_leave(keep)]


def facts_of_leave(absence: Absence) -> dict[str, Any]:
    return {"ends_on": absence.ends_on.isoformat() if absence.ends_on else None}


def _new_leave(goes: Person, stays: Person) -> Any:
    doubles = [
        one.pk
        for one in Absence.objects.filter(person=goes)
        if Absence.objects.filter(person=stays, organisation=one.organisation_id, starts_on=one.starts_on).exists()
    ]
    return Absence.objects.filter(person=goes).exclude(pk__in=doubles)


def _note(
    into: dict[str, list[dict[str, Any] | None]],
    row: Membership | Employment,
    was: dict[str, Any],
    names: tuple[str, ...],
) -> None:
    """A row changed twice keeps what it was at first."""
    row.refresh_from_db()
    first = into.get(str(row.pk), [was])[0]
    into[str(row.pk)] = [first, facts(row, names)]


def _place(post: Membership) -> tuple[int | None, str, int | None]:
    return post.unit_id, post.role, None if post.unit_id else post.organisation_id


def _joined(post: Membership) -> datetime.date:
    return post.joined_on or post.starts_on
