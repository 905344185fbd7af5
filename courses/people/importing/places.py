"""Units and job roles of an organisation by the names that a file uses, and those that it would make new."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from courses.people.models import JobRole, Organisation, Unit

from .rules import fold

Path = tuple[str, ...]
SEPARATOR = " > "


@dataclass(frozen=True)
class NewUnit:
    """A unit that is not there yet: its whole way from the root."""

    path: Path

    @property
    def name(self) -> str:
        return self.path[-1]


@dataclass(frozen=True)
class NewRole:
    name: str


class UnknownPlaceError(ValueError):
    """The words do not say which unit; why, for whoever wrote the file."""


@dataclass
class Places:
    """Everything of one organisation, read once. Two queries."""

    organisation: Organisation
    on: datetime.date
    new_units: dict[Path, tuple[Path, str]] = field(default_factory=dict)
    """Folded way: (the way as written, nation)."""
    new_roles: dict[str, str] = field(default_factory=dict)
    _known: dict[Path, Unit] = field(default_factory=dict)
    _ways: dict[int, Path] = field(default_factory=dict)
    _by_end: dict[Path, list[Unit]] = field(default_factory=dict)
    _roles: dict[str, JobRole] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = {unit.pk: unit for unit in Unit.objects.filter(organisation=self.organisation).order_by("path")}
        ends: dict[Path, list[Unit]] = defaultdict(list)
        for unit in units.values():
            way, above = [unit.name], unit.parent_id
            while above in units and len(way) < 50:
                way.insert(0, units[above].name)
                above = units[above].parent_id
            self._ways[unit.pk] = tuple(way)
            folded = folded_way(way)
            self._known.setdefault(folded, unit)
            for start in range(len(folded)):
                ends[folded[start:]].append(unit)
        self._by_end = dict(ends)
        self._roles = {fold(role.name): role for role in JobRole.objects.filter(organisation=self.organisation)}

    def unit(self, names: Sequence[str], nation: str = "") -> Unit | NewUnit:
        """The unit that `names` lead to: from the root, or from anywhere when there is only one such end. What is not
        there is noted as new, below what is there."""
        for length in range(len(names), 0, -1):
            base = self._one(names[:length])
            if base is not None:
                break
        else:
            base, length = None, 0
        if base is not None and length == len(names):
            if base.ends_on and base.ends_on < self.on:
                raise UnknownPlaceError(f"The unit {self.label(base)} has ended.")
            return base
        way = (*(self._ways[base.pk] if base else ()), *names[length:])
        for depth in range(len(way) - len(names[length:]) + 1, len(way) + 1):
            self.new_units.setdefault(folded_way(way[:depth]), (way[:depth], nation))
        return NewUnit(self.new_units[folded_way(way)][0])

    def _one(self, names: Sequence[str]) -> Unit | None:
        folded = folded_way(names)
        if folded in self._known and len(folded) > 1:
            return self._known[folded]
        found = self._by_end.get(folded, [])
        live = [unit for unit in found if not unit.ends_on or unit.ends_on >= self.on] or found
        if len(live) > 1:
            raise UnknownPlaceError(
                f"There are {len(live)} units called “{SEPARATOR.join(names)}”. Write the way to it, such as "
                f"“{self.label(live[0])}”."
            )
        return live[0] if live else None

    def role(self, name: str) -> JobRole | NewRole:
        folded = fold(name) or name.casefold()
        if folded in self._roles:
            return self._roles[folded]
        return NewRole(self.new_roles.setdefault(folded, name))

    def label(self, unit: Unit | NewUnit) -> str:
        return SEPARATOR.join(unit.path if isinstance(unit, NewUnit) else self._ways.get(unit.pk, (unit.name,)))


def folded_way(names: Sequence[str]) -> Path:
    return tuple(fold(name) or name.casefold() for name in names)


def note_new(places: Places, values: Mapping[str, Any]) -> None:
    """Notes what of a row's units and job roles is new."""
    for key in ("unit", "second_unit"):
        if isinstance(values.get(key), list):
            with suppress(UnknownPlaceError):  # the row itself will say so
                places.unit(values[key], values.get("nation", ""))
    for key in ("job_role", "second_job_role"):
        if values.get(key, "-") != "-":
            places.role(values[key])
