"""What a manager may choose. One filterset gives one queryset: the screen and the CSV are two renderings of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import QueryDict

from courses.people.models import JobRole, Person
from courses.records.kept import kept_count, kept_tally
from courses.records.principles import holders, taught_by_versions
from courses.records.ranking import Order
from courses.records.states import Count, Need, Selection, State, Tally
from courses.records.team import ModuleRef, Team

from .filter_fields import (
    MANY,
    NEEDS,
    REMEMBERED,
    SORTS,
    STATES,
    WINDOWS,
    Choices,
    one_of,
    principle_choices,
    some_of,
    window,
)
from .team_filter import TeamFilter
from .units import unit_choices

__all__ = ["MatrixFilter", "ModuleFilter", "PeopleFilter", "TeamFilter", "unit_choices"]


class PeopleFilter(TeamFilter):
    """Also by name and job role, and in an order."""

    q = django_filters.CharFilter(label="Name", max_length=100)
    role = one_of("Job role", "Every job role", [])
    gone = one_of("Who", "Who learns here", [("left", "Who has left")])
    principle = one_of("Holds learning in", "Any principle", [])
    sort = one_of("Order", "Family name", SORTS)
    with_done = False
    """Whether a row says when and how well it was completed."""

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team) -> None:
        super().__init__(data, team)

        def job_roles() -> Choices:
            """A function of its own: a form copies its fields deeply, and with a method all that it belongs to."""
            return self.job_roles()

        self.filters["role"].extra["choices"] = job_roles
        if "principle" in self.filters:
            self.filters["principle"].extra["choices"] = principle_choices

    def job_roles(self) -> Choices:
        """The job roles of her organisations. One query, when the form is read; kept for a minute."""
        asked = sorted(self.team.organisations)
        key = f"manager-job-roles:{'-'.join(map(str, asked))}"
        known: Choices | None = cache.get(key)
        if known is None:
            found = JobRole.objects.filter(organisation__in=asked).order_by("name", "pk")
            known = [(str(pk), name) for pk, name in found.values_list("pk", "name")]
            cache.set(key, known, 60)
        return known

    @cached_property
    def selection(self) -> Selection:
        """Which cells are wanted; a list of people wants all."""
        return Selection()

    @property
    def of_leavers(self) -> bool:
        """Whether leavers are asked for."""
        return self.ok and bool(self.form.cleaned_data.get("gone"))

    def people_on(self, team: Team) -> QuerySet[Person]:
        people = team.gone_from(self.chosen_unit) if self.of_leavers else super().people_on(team)
        if not self.ok:
            return people
        chosen = self.form.cleaned_data
        if chosen["role"]:
            people = people.filter(pk__in=team.posts().filter(job_role=chosen["role"]).order_by().values("person_id"))
        if chosen.get("principle"):
            taught = taught_by_versions([module.id for module in team.modules])
            versions = [pk for pk, codes in taught.items() if chosen["principle"] in codes]
            people = people.filter(pk__in=holders(team.states(people, team.modules), versions))
        return people.filter(name__icontains=chosen["q"]) if chosen["q"] else people

    @cached_property
    def kept(self) -> int | None:
        return None if self.of_leavers else super().kept

    @property
    def too_many(self) -> bool:
        """A page of everybody by name is quick, however many there are."""
        return bool(self.selection or self.order != Order.NAME) and not self.of_leavers and super().too_many

    @property
    def order(self) -> Order:
        return Order(self.form.cleaned_data["sort"] or Order.NAME) if self.ok else Order.NAME

    @property
    def people(self) -> QuerySet[Person]:
        """The people whom the whole choice leaves: the one queryset of screen and export, by name."""
        if not self.selection:
            return self.base
        return self.base.filter(pk__in=self.states.person_ids(self.selection))

    def page_of(self, count: Count) -> QuerySet[Person]:
        """The same people, for one page by name: where many match, it is found soonest by asking one by one."""
        if self.kept and self.selection.sparse and count.people >= MANY:
            return self.base.filter(self.states.one_by_one(self.selection))
        return self.people

    @property
    def narrowed(self) -> bool:
        """Whether people are chosen in ways of which no sums are kept."""
        return any(any(self.data_list(name)) for name in ("q", "role", "principle", "gone"))

    def tally(self) -> list[Tally]:
        """The cells of the people before any choice about states, added up. One query."""
        kept = kept_tally(self.team, self.chosen_unit, self.modules) if self.kept and not self.narrowed else None
        return self.states.tally() if kept is None else kept

    def count(self) -> Count:
        """How many cells and people the choice leaves; cells are counted only where they are chosen. One query, and one
        more where a large team was counted in other ways only. How many a large team was on a day that is over is
        remembered for a while."""
        if (self.kept or (self.large and not self.selection)) and not self.narrowed:
            counted = kept_count(self.team, self.chosen_unit, self.modules, self.selection)
            if counted:
                return counted
        if self.selection:
            return self.states.count(self.selection)
        if self.large and self.team.past and not self.narrowed:
            return Count(0, cache.get_or_set(f"manager-people-then:{self.key}", self.base.count, REMEMBERED) or 0)
        return Count(0, self.base.count())


class MatrixFilter(PeopleFilter):
    """Of the matrix: also by module, state, requirement and date."""

    gone = None
    principle = None
    need = one_of("Requirement", "Required or not", NEEDS)
    due = one_of("Due or expiry date", "Any date", WINDOWS)
    module = some_of("Modules (the columns)", [])
    state = some_of("State", STATES)

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team) -> None:
        super().__init__(data, team)
        self.filters["module"].extra["choices"] = [(module.slug, module.title) for module in self.team.modules]

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        if not self.ok:
            return ()
        slugs = self.form.cleaned_data["module"]
        return tuple(module for module in self.team.modules if not slugs or module.slug in slugs)

    @cached_property
    def selection(self) -> Selection:
        if not self.ok:
            return Selection()
        chosen = self.form.cleaned_data
        after, before = window(chosen["due"], self.team.on)
        return Selection(
            states=tuple(State(value) for value in chosen["state"]),
            need=Need(chosen["need"]) if chosen["need"] else None,
            after=after,
            before=before,
        )


class ModuleFilter(PeopleFilter):
    """Of one module's page: also by state. Who has nothing to do with the module is left out."""

    gone = None
    principle = None
    state = some_of("State", STATES)
    with_done = True

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team, module: ModuleRef) -> None:
        super().__init__(data, team)
        self.module = module

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        return (self.module,)

    @cached_property
    def selection(self) -> Selection:
        states = [State(value) for value in self.form.cleaned_data["state"]] if self.ok else []
        return Selection(states=tuple(states or [state for state in State if state != State.NOT_REQUIRED]))
