"""What a row would do to what stands. The check shows it and the writing does it, each from the state of its day."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from courses.people.models import Employment, JobRole, Membership, Person, RowKind, Unit

from .parsing import day_of
from .places import NewRole, NewUnit, Places, UnknownPlaceError
from .rules import CLEARED
from .standing import Held, Standing

Changes = dict[str, list[str]]


@dataclass(frozen=True)
class Spot:
    """What a post says besides its dates; with what is still to be made."""

    unit: Unit | NewUnit
    job_role: JobRole | NewRole | None = None
    job_title: str = ""
    manager: Person | str | None = None
    """A reference where the person is made by this very file."""
    deputy: Person | str | None = None

    @classmethod
    def of(cls, post: Membership) -> Spot:
        if post.unit is None:
            raise TypeError(post.pk)
        return cls(post.unit, post.job_role, post.job_title, post.manager, post.deputy)


@dataclass
class Plan:
    """What becomes of a row."""

    kind: RowKind = RowKind.SAME
    changes: Changes = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    held: Held | None = None
    posts: list[tuple[Membership | None, Spot]] = field(default_factory=list)
    """Posts to take up (None) or to change."""
    ended: list[Membership] = field(default_factory=list)
    """Posts to end because she has another or none besides."""
    starts_on: datetime.date | None = None
    leaves_on: datetime.date | None = None


class Planner:
    """Plans rows of one file against one organisation on one day."""

    def __init__(self, places: Places, on: datetime.date, coming: Collection[str] = ()) -> None:
        self.places, self.on = places, on
        self.coming = coming
        """References that the file itself brings: managers who are not there yet."""

    def plan(self, values: Mapping[str, Any], standing: Standing) -> Plan:
        plan = Plan(held=standing.of(values))
        held = plan.held
        plan.leaves_on, plan.starts_on = day_of(values, "leaves_on"), day_of(values, "starts_on")
        if held is None or held.employment is None:
            if plan.leaves_on and plan.leaves_on < self.on:
                return plan  # gone before she was here, or gone as we know
            self._begins(plan, values, standing)
        else:
            self._goes_on(plan, values, standing, held, held.employment)
        if plan.faults:
            plan.kind, plan.changes = RowKind.FAULT, {}
        return plan

    def _begins(self, plan: Plan, values: Mapping[str, Any], standing: Standing) -> None:
        """A new person, one who comes back, or one of the organisation's who was in no file so far."""
        held = plan.held
        plan.kind = RowKind.CHANGE if held else RowKind.ADD
        begins = plan.starts_on or self.on
        if held and held.left and held.left.ends_on and begins <= held.left.ends_on:
            begins = self.on
        plan.starts_on = begins
        if held:
            before = f"Left on {day(held.left.ends_on)}" if held.left and held.left.ends_on else "Not in any file"
            plan.changes["reference"] = [before, values.get("reference", "") or values.get("email", "")]
            self._name(plan, values, held)
        self._posts(plan, values, standing)

    def _goes_on(
        self, plan: Plan, values: Mapping[str, Any], standing: Standing, held: Held, employment: Employment
    ) -> None:
        if plan.leaves_on and plan.leaves_on != employment.ends_on:
            first = plan.starts_on or employment.starts_on
            if held.leads:
                plan.faults["leaves_on"] = "A training lead leaves by no file: take the role from her first."
            elif plan.leaves_on < first:
                plan.faults["leaves_on"] = f"The last day comes before the first, {day(first)}."
            plan.kind = RowKind.LEAVE
            plan.changes["leaves_on"] = [day(employment.ends_on), day(plan.leaves_on)]
            if plan.leaves_on <= self.on:
                return
        for key, before in (("reference", employment.reference), ("email", employment.email)):
            if key == "reference" and values.get(key) in held.references:
                continue  # one of hers finds her; changing it to and fro would lose the other
            if values.get(key) and values[key] != before:
                plan.changes[key] = [before, values[key]]
        if plan.starts_on and plan.starts_on != employment.starts_on:
            if employment.ends_on and plan.starts_on > employment.ends_on:
                plan.faults["starts_on"] = f"She leaves before that day, on {day(employment.ends_on)}."
            plan.changes["starts_on"] = [day(employment.starts_on), day(plan.starts_on)]
        self._name(plan, values, held)
        self._posts(plan, values, standing)
        if plan.kind != RowKind.LEAVE and plan.changes:
            plan.kind = RowKind.CHANGE

    def _name(self, plan: Plan, values: Mapping[str, Any], held: Held) -> None:
        """Only while she has no account, and works for nobody else: after that, her name is hers to change."""
        if "name" in values and values["name"] != held.person.name and not held.has_login and not held.elsewhere:
            plan.changes["name"] = [held.person.name, values["name"]]

    def _posts(self, plan: Plan, values: Mapping[str, Any], standing: Standing) -> None:
        posts = list(plan.held.posts) if plan.held else []
        wanted = self._unit(plan, values, "unit")
        second = self._unit(plan, values, "second_unit")
        if wanted is None:
            return
        if second is not None and second == wanted:
            plan.faults["second_unit"] = "The second post is in the unit of the first."
            return
        main = next((post for post in posts if post.unit == wanted), None)
        main = main or next((post for post in posts if second is None or post.unit != second), None)
        self._post(plan, values, standing, main, wanted, ("unit", "job_role", "job_title"))
        others = [post for post in posts if post is not main]
        if values.get("second_unit") == CLEARED:
            for post in others:
                plan.ended.append(post)
                plan.changes["second_unit"] = [self._label(post.unit), ""]
        elif second is not None:
            other = next((post for post in others if post.unit == second), others[0] if len(others) == 1 else None)
            self._post(plan, values, standing, other, second, ("second_unit", "second_job_role", ""))

    def _unit(self, plan: Plan, values: Mapping[str, Any], key: str) -> Unit | NewUnit | None:
        names = values.get(key)
        if not isinstance(names, list):
            return None
        try:
            return self.places.unit(names, values.get("nation", ""))
        except UnknownPlaceError as error:
            plan.faults[key] = str(error)
            return None

    def _post(
        self,
        plan: Plan,
        values: Mapping[str, Any],
        standing: Standing,
        post: Membership | None,
        unit: Unit | NewUnit,
        keys: tuple[str, str, str],
    ) -> None:
        unit_key, role_key, title_key = keys
        before = Spot.of(post) if post else None
        moved = before is not None and before.unit != unit
        spot = replace(before, unit=unit) if before else Spot(unit)
        if moved:  # who managed her there does not manage her here
            spot = replace(spot, manager=None, deputy=None)
        if role := values.get(role_key):
            spot = replace(spot, job_role=None if role == CLEARED else self.places.role(role))
        if title := values.get(title_key):
            spot = replace(spot, job_title="" if title == CLEARED else title)
        if unit_key == "unit":
            spot = replace(
                spot,
                manager=self._above(plan, values, standing, "manager", spot.manager),
                deputy=self._above(plan, values, standing, "deputy", spot.deputy),
            )
        if spot == before:
            return
        plan.posts.append((post, spot))
        if plan.kind == RowKind.ADD:
            return
        pairs = {
            unit_key: (before and before.unit, spot.unit),
            role_key: (before and before.job_role, spot.job_role),
            title_key: (before and before.job_title, spot.job_title),
            "manager": (before and before.manager, spot.manager),
            "deputy": (before and before.deputy, spot.deputy),
        }
        for key, (old, new) in pairs.items():
            if key and (old or None) != (new or None):
                plan.changes[key] = [self._label(old), self._label(new)]

    def _above(
        self, plan: Plan, values: Mapping[str, Any], standing: Standing, key: str, held: Person | str | None
    ) -> Person | str | None:
        reference = values.get(key)
        if reference is None:
            return held
        if reference == CLEARED:
            return None
        if reference in standing.people:
            return standing.people[reference]
        if reference in self.coming:
            return str(reference)
        plan.faults[key] = f"Nobody in the file or in your organisation has the number “{reference}”."
        return None

    def _label(self, value: object) -> str:
        if isinstance(value, (Unit, NewUnit)):
            return self.places.label(value)
        if isinstance(value, (JobRole, Person, NewRole)):
            return value.name
        return str(value) if value else ""


def day(value: datetime.date | None) -> str:
    """As people read it: 3 May 2026."""
    return f"{value.day} {value:%B %Y}" if value else ""
