"""What a manager may choose. One filterset gives one queryset: the screen and the CSV are two renderings of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import QueryDict

from courses.forms import Form
from courses.people.models import JobRole, Person, Unit
from courses.records.kept import kept_count, kept_for, kept_tally
from courses.records.principles import holders, taught_by_versions
from courses.records.ranking import Order
from courses.records.standing import is_large
from courses.records.states import Count, Need, Selection, State, States, Tally
from courses.records.team import ModuleRef, Team

from .days import day_of
from .filter_fields import (
    MANY,
    NEEDS,
    SORTS,
    STATES,
    TOO_MANY,
    WINDOWS,
    Choices,
    DayFilter,
    UnitFilter,
    one_of,
    principle_choices,
    some_of,
    window,
)
from .units import Place, unit_choices

__all__ = ["MatrixFilter", "ModuleFilter", "PeopleFilter", "TeamFilter", "unit_choices"]


class TeamFilter(django_filters.FilterSet):
    """By unit, on a day. A unit that is not hers is no choice, exactly like one that does not exist."""

    unit = UnitFilter(label="Unit")
    as_at = DayFilter(label="As it was on")
    refused = False
    """Whether the choice is understood, and too much."""

    class Meta:
        model = Person
        fields: list[str] = []
        form = Form

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team) -> None:
        self.team = team.at(day_of(data))
        super().__init__(data or {}, queryset=self.team.people)
        self.filters["unit"].extra.update(team=self.team, chosen=data.get("unit", ""))

    @property
    def ok(self) -> bool:
        """Whether every choice can be understood; when not, nobody is shown and nothing exported."""
        return bool(self.form.is_valid())

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        return self.team.modules

    @cached_property
    def place(self) -> Place | None:
        """The unit that was chosen, with everything below it or alone."""
        found: Place | None = self.form.cleaned_data["unit"] if self.ok else None
        return found

    @property
    def chosen_unit(self) -> Unit | None:
        return self.place.unit if self.place else None

    @property
    def alone(self) -> bool:
        return self.place is not None and self.place.alone

    @cached_property
    def base(self) -> QuerySet[Person]:
        """The people before any choice about states."""
        return self.people_on(self.team)

    def people_on(self, team: Team) -> QuerySet[Person]:
        """The people of the chosen unit on the day of `team`."""
        if not self.ok:
            return team.people.none()
        return team.people_of(self.place.unit, alone=self.place.alone) if self.place else team.people

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """What was chosen, for a print and for the name of a saved view."""
        said = []
        for name, field in self.form.fields.items() if self.ok else ():
            values = [value for value in self.data_list(name) if value]
            if values and name != "as_at":
                names = {str(value): str(word) for value, word in getattr(field, "choices", ())}
                names |= {str(self.place): self.place.name} if name == "unit" and self.place else {}
                said.append((str(field.label), ", ".join(names.get(value, value).strip("\u2013 ") for value in values)))
        return said

    @property
    def cleared(self) -> str:
        """What the address ends in when every choice but the day is given up."""
        return self.team.kept

    @cached_property
    def states(self) -> States:
        """The cells of these people, before any choice about states."""
        return self.team.states(self.base, self.modules, self.kept)

    @cached_property
    def kept(self) -> int | None:
        """The organisation whose counted standings are read: of a large team, today."""
        return kept_for(self.team, self.chosen_unit, alone=self.alone)

    @property
    def key(self) -> str:
        """What tells this choice of this team from every other, whichever page of it."""
        chosen = {name: sorted(self.data_list(name)) for name in self.form.fields}
        said = [
            self.team.on.isoformat(),
            sorted(top.pk for top in self.team.tops),
            [m.id for m in self.modules],
            chosen,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def large(self) -> bool:
        """Whether so many learn here today that sums are kept of them."""
        tops = (self.chosen_unit,) if self.chosen_unit else self.team.tops
        return not self.alone and is_large(sum(top.learners for top in tops))

    @property
    def too_many(self) -> bool:
        """Whether it would be worked out from the records of more people than somebody can wait for: those of a day
        that is over, or of several large organisations at once."""
        return self.kept is None and self.large

    def while_waiting(self) -> None:
        """Refuses what is too much for a page; a file of it is made in the background."""
        if self.ok and self.too_many:
            self.refused = True
            self.form.add_error("unit", TOO_MANY)

    @property
    def chosen(self) -> int:
        """How many fields narrow the list."""
        return sum(1 for name in self.form.fields if name not in {"as_at", "sort"} and any(self.data_list(name)))

    def data_list(self, name: str) -> list[str]:
        data = self.form.data
        return list(data.getlist(name)) if isinstance(data, QueryDict) else [data[name]] if data.get(name) else []


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
        more where a large team was counted in other ways only."""
        if (self.kept or (self.large and not self.selection)) and not self.narrowed:
            counted = kept_count(self.team, self.chosen_unit, self.modules, self.selection)
            if counted:
                return counted
        if self.selection:
            return self.states.count(self.selection)
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
