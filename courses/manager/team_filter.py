"""What every page of a team may be narrowed by: a unit, and a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from courses.forms import Form
from courses.people.models import Person, Unit
from courses.records.kept import kept_for
from courses.records.standing import is_large
from courses.records.states import States
from courses.records.team import ModuleRef, Team

from .days import day_of
from .filter_fields import TOO_MANY, DayFilter, UnitFilter
from .units import Place


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
