"""Employments and posts of a batch of rows, in a few statements. The rule is `Membership`'s: a post that changes is
ended the day before and another begins, with `employed_on` carried along, and `joined_on` while the unit is the same;
one that begins today or later has not been lived and is corrected where it stands (as `services.posts.change_post`).

What stood before is noted on the row, by primary keys, so that it can be put back.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from courses.people.models import Employment, ImportRow, JobRole, Membership, Organisation, Person, Role, Unit

from .planning import Plan, Spot
from .standing import Held

ONE_DAY = datetime.timedelta(days=1)
POST_FIELDS = ("unit_id", "organisation_id", "job_role_id", "job_title", "manager_id", "deputy_id", "joined_on",
               "employed_on", "starts_on", "ends_on", "role", "person_id")  # fmt: skip
EMPLOYMENT_FIELDS = ("reference", "email", "starts_on", "ends_on")


def facts(row: Membership | Employment, names: tuple[str, ...]) -> dict[str, Any]:
    """A row as JSON can hold it."""
    found = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in found.items()}


def restored(said: dict[str, Any]) -> dict[str, Any]:
    """The other way round."""
    return {
        name: datetime.date.fromisoformat(value) if value and name.endswith("_on") else value
        for name, value in said.items()
    }


class Writer:
    """Gathers what a batch does and writes it at once."""

    def __init__(self, organisation: Organisation, on: datetime.date) -> None:
        self.organisation, self.on = organisation, on
        self._people: list[Person] = []
        self._employments: list[Employment] = []
        self._begun: list[tuple[ImportRow, Employment]] = []
        self._made: list[tuple[ImportRow, Membership]] = []
        self._changed: dict[int, tuple[ImportRow, Membership, dict[str, Any]]] = {}
        """{post: (its row, the post as it becomes, what it was)}."""
        self._corrected: set[int] = set()
        """Of these, those of which more changes than the last day."""
        self._leaving: dict[int, tuple[ImportRow, datetime.date]] = {}

    def add(self, row: ImportRow, plan: Plan) -> None:
        """What a plan asks for; `save` does it."""
        held = plan.held
        if held is None:
            raise TypeError(row)
        row.person = held.person
        if "name" in plan.changes:
            row.undo["name"] = [[held.person.name, held.person.family_name], row.values["name"]]
            held.person.name, held.person.family_name = row.values["name"], row.values["family_name"]
            self._people.append(held.person)
        employed = plan.starts_on or (held.employment.starts_on if held.employment else self.on)
        fresh = not held.posts and ("person" in row.undo or held.employment is None)
        self._employ(row, plan, held)
        if plan.leaves_on is not None:
            self._leaving[held.person.pk] = (row, plan.leaves_on)
            if plan.leaves_on <= self.on and not fresh:
                return
        if "starts_on" in plan.changes:
            for post in held.posts:
                self._correct(row, post).employed_on = employed
        for post in plan.ended:
            self._end(row, post)
        for before, spot in plan.posts:
            self._post(row, held.person, before, spot, employed=employed, fresh=fresh)

    def _employ(self, row: ImportRow, plan: Plan, held: Held) -> None:
        employment = held.employment
        if employment is None:
            made = Employment(person=held.person, organisation=self.organisation, starts_on=plan.starts_on or self.on)
            made.reference, made.email = row.values.get("reference", ""), row.values.get("email", "")
            made.ends_on = plan.leaves_on
            self._begun.append((row, made))
            return
        before = facts(employment, EMPLOYMENT_FIELDS)
        if "reference" in plan.changes:  # one that she had before finds her, and stays where it is
            employment.reference = row.values.get("reference") or employment.reference
        employment.email = row.values.get("email") or employment.email
        if plan.starts_on and "starts_on" in plan.changes:
            employment.starts_on = plan.starts_on
        employment.ends_on = plan.leaves_on or employment.ends_on
        after = facts(employment, EMPLOYMENT_FIELDS)
        if before != after:
            row.undo["employment"] = {"id": employment.pk, "before": before, "after": after}
            self._employments.append(employment)

    def _post(
        self,
        row: ImportRow,
        person: Person,
        before: Membership | None,
        spot: Spot,
        *,
        employed: datetime.date,
        fresh: bool,
    ) -> None:
        if before is None:
            # The first post of a new person begins with her employment; one besides begins today.
            starts = employed if fresh else max(self.on, employed)
            made = Membership(starts_on=starts, joined_on=starts, employed_on=min(employed, starts))
        else:
            moved = before.unit != spot.unit
            if before.starts_on >= self.on:
                _fill(self._correct(row, before), spot, self.organisation)
                before.joined_on = before.starts_on if moved else before.joined_on
                return
            made = Membership(
                starts_on=self.on,
                joined_on=self.on if moved else before.joined_on or before.starts_on,
                employed_on=before.employed_on or before.joined_on or before.starts_on,
                ends_on=before.ends_on,
            )
            self._end(row, before)
        made.person, made.role = person, Role.LEARNER
        _fill(made, spot, self.organisation)
        self._made.append((row, made))

    def _correct(self, row: ImportRow, post: Membership) -> Membership:
        self._note(row, post)
        self._corrected.add(post.pk)
        return post

    def _end(self, row: ImportRow, post: Membership) -> None:
        self._note(row, post)
        post.ends_on = max(post.starts_on, self.on - ONE_DAY)

    def _note(self, row: ImportRow, post: Membership) -> None:
        self._changed.setdefault(post.pk, (row, post, facts(post, POST_FIELDS)))

    def save(self) -> None:
        """Posts that end go first: two open ones of one person in one unit are refused by the database."""
        if self._people:
            Person.objects.bulk_update(self._people, ["name", "family_name"])
        if self._employments:
            Employment.objects.bulk_update(self._employments, EMPLOYMENT_FIELDS)
        Employment.objects.bulk_create([employment for _, employment in self._begun])
        for row, employment in self._begun:
            row.undo["employment"] = {"made": employment.pk}
        self._save_changed()
        Membership.objects.bulk_create([post for _, post in self._made])
        self._leave()
        for row, post in self._made:
            row.undo.setdefault("made", []).append([post.pk, facts(post, POST_FIELDS)])
        for row, post, before in self._changed.values():
            row.undo.setdefault("changed", []).append([post.pk, before, facts(post, POST_FIELDS)])

    def _save_changed(self) -> None:
        corrected = [post for pk, (_, post, _) in self._changed.items() if pk in self._corrected]
        if corrected:
            names = [name.removesuffix("_id") for name in POST_FIELDS if name not in {"person_id", "role"}]
            Membership.objects.bulk_update(corrected, names)
        _end_together(post for pk, (_, post, _) in self._changed.items() if pk not in self._corrected)

    def _leave(self) -> None:
        """Every post and role of who leaves ends with her last day; what was to begin after it never does."""
        if not self._leaving:
            return
        made = {post.pk: post for _, post in self._made}
        ours = Q(organisation=self.organisation) | Q(unit__organisation=self.organisation)
        ended, never = [], []
        for found in Membership.objects.filter(ours, person_id__in=self._leaving).order_by("pk"):
            row, last = self._leaving[found.person_id]
            if found.ends_on is not None and found.ends_on <= last:
                continue
            post = made.get(found.pk) or (self._changed[found.pk][1] if found.pk in self._changed else found)
            if post is found and post.starts_on > last:
                row.undo.setdefault("deleted", []).append(facts(post, POST_FIELDS))
                never.append(post.pk)
                continue
            if post.pk not in made:
                self._note(row, post)
            post.ends_on = max(last, post.starts_on)
            ended.append(post)
        _end_together(ended)
        Membership.objects.filter(pk__in=never).delete()


def _end_together(posts: Iterable[Membership]) -> None:
    """One statement for each last day: nearly always one."""
    days: dict[datetime.date | None, list[int]] = defaultdict(list)
    for post in posts:
        days[post.ends_on].append(post.pk)
    for last, ids in days.items():
        Membership.objects.filter(pk__in=ids).update(ends_on=last)


def _fill(post: Membership, spot: Spot, organisation: Organisation) -> None:
    if not isinstance(spot.unit, Unit):
        raise TypeError(spot.unit)
    post.unit, post.organisation = spot.unit, organisation
    post.job_role = spot.job_role if isinstance(spot.job_role, JobRole) else None
    post.job_title = spot.job_title
    post.manager = spot.manager if isinstance(spot.manager, Person) else None
    post.deputy = spot.deputy if isinstance(spot.deputy, Person) else None
